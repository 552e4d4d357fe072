/// What the pool does next.
struct PoolPlan: Equatable {
    /// One container each.
    var refills: [ContainerKind] = []
    /// Waiting containers that are given up.
    var discards: [Int] = []
    /// When to plan again, if nothing happens before.
    private(set) var next: ContinuousClock.Instant?

    mutating func due(_ time: ContinuousClock.Instant?) {
        next = [next, time].compactMap(\.self).min()
    }
}

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
