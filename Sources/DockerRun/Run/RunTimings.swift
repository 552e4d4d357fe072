/// How long the parts of a run took. A part that was not reached is nil, as are those that a warm run does not need. Of a run
/// whose warm container turned out useless, only what came after that counts.
public struct RunTimings: Sendable, Equatable {
    /// Whether the container had been started before, and waited.
    public var isWarm = false
    /// Creating the container and attaching to it.
    public var create: Duration?
    /// From the start call to its answer, or to the first output if that was there before.
    public var start: Duration?
    /// From then, or when warm from the payload, to the result.
    public var run: Duration?

    public init() {}
}
