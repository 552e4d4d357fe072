/// How long the parts of a run took. A part that was not reached is nil, as are those that a warm run does not need.
public struct RunTimings: Sendable, Equatable {
    /// Whether the container had been started before, and waited.
    public var isWarm = false
    /// What was lost with a warm container that turned out useless, before another one was made.
    public var retry: Duration?
    /// Creating the container and attaching to it.
    public var create: Duration?
    /// From the start call to its answer, or to the first output if that was there before.
    public var start: Duration?
    /// From then, or when warm from the payload, to the result.
    public var run: Duration?
    /// From the result of a warm run to the daemon's answer what its image's name stands for, where that came later.
    public var check: Duration?

    public init() {}
}
