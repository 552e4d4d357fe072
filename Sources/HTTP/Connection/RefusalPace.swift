/// When a refusal goes out. Whoever asks again at once would get thousands of them a second, and the processor that it
/// takes to write them is missed by the runs that everybody waits for.
///
/// The first refusal on a connection goes out at once, and the next one not before its `Retry-After` is over. Those that ask
/// on ever new connections share a rate.
struct RefusalPace {
    /// What `Retry-After` says, and the longest that a refusal is held back.
    static let interval = Duration.seconds(1)
    /// Refusals in each interval that go out at once.
    static let immediate = 100

    private var left = immediate
    private var began: ContinuousClock.Instant?

    /// - Parameter previous: when the last refusal on the same connection went out.
    /// - Returns: how long to hold this one back, ``interval`` at most.
    mutating func delay(since previous: ContinuousClock.Instant?, now: ContinuousClock.Instant) -> Duration {
        if let previous, now - previous < Self.interval { return Self.interval - (now - previous) }
        if began.map({ now - $0 >= Self.interval }) ?? true {
            began = now
            left = Self.immediate
        }
        guard left > 0 else { return Self.interval }
        left -= 1
        return .zero
    }
}
