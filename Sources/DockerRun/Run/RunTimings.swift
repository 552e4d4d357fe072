/// How long the parts of a run took; together they are all of it. A part that was not reached is nil.
public struct RunTimings: Sendable, Equatable {
    /// Creating the container and attaching to it.
    public var create: Duration?
    /// From the start call to its answer, or to the first output if that was there before.
    public var start: Duration?
    /// From then to the result.
    public var run: Duration?

    public init() {}
}
