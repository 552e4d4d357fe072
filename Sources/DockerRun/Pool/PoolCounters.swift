/// What the pool has done since the server started.
public struct PoolCounters: Sendable, Equatable {
    /// Runs that got a waiting container.
    public var hits = 0
    /// Runs for which none was there, or none that could be used.
    public var misses = 0
    /// Containers that were made to wait.
    public var refills = 0
    /// Containers that ended while they waited, or before they had answered anything.
    public var deaths = 0

    public init() {}
}
