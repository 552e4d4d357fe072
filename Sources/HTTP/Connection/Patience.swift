/// Until when a connection waits for its client. Times are given, so that it needs no clock.
struct Patience {
    typealias Instant = ContinuousClock.Instant

    /// nil while the client is not waited for.
    private(set) var deadline: Instant?
    /// Bytes of an answer that the client had not taken when somebody last looked.
    private var outstanding = Int.max

    mutating func wait(_ seconds: Double, from now: Instant) {
        deadline = now + .seconds(seconds)
    }

    mutating func waitForNothing() {
        deadline = nil
    }

    /// An answer begins. The client may take its time for it, as long as it takes some of it now and then.
    mutating func waitForTaking(_ seconds: Double, from now: Instant) {
        outstanding = .max
        wait(seconds, from: now)
    }

    /// Some time later.
    ///
    /// - Parameter count: bytes of the answer that are there and that the client has not taken.
    mutating func notice(outstanding count: Int, _ seconds: Double, now: Instant) {
        if count < outstanding || count == 0 { wait(seconds, from: now) }
        outstanding = count
    }

    /// Seconds, 0 and less when the time is over; nil while the client is not waited for.
    func left(_ now: Instant) -> Double? {
        deadline.map { ($0 - now) / .seconds(1) }
    }
}
