/// Runs that people talk with while their programs go on. They have limits of their own, so that who thinks does not starve
/// programs that run.
public struct InteractiveSettings: Sendable, Equatable {
    /// How many may go on at the same time, beside the others; 0 for none, nil for half as many as there are workers.
    public var maxRuns: Int?
    /// Seconds, in the place of ``RunSettings/maxExecutionTime``.
    public var maxTime = 300
    /// Bytes of events. The result has ``RunSettings/maxOutputSize``.
    public var maxOutputSize = 16_777_216
    /// Seconds after which a run is ended in which nothing is typed and nothing printed.
    public var idleTime = 60

    public init() {}
}
