/// What the pool does next.
struct PoolPlan: Equatable {
    /// One container each.
    var refills: [PoolKey] = []
    /// Waiting containers that are given up.
    var discards: [Int] = []
    /// When to plan again, if nothing happens before.
    var next: ContinuousClock.Instant?
}
