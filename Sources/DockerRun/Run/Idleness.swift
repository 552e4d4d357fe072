/// Since when nothing happens in a run that somebody talks with. As long as its output is left unread for the client's sake, it
/// is not idle.
struct Idleness {
    /// For which nothing may happen; nil if nobody talks with the program.
    let limit: Duration?
    private var lastRead = ContinuousClock.now
    private var isPaused = false

    init(limit: Duration?) {
        self.limit = limit
    }

    /// The container has printed something, or could first have done so.
    mutating func noteRead() { lastRead = .now }

    mutating func note(isPaused: Bool) {
        if self.isPaused && !isPaused { noteRead() }
        self.isPaused = isPaused
    }

    /// - Parameter lastWrite: when something was last said.
    func deadline(_ lastWrite: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        isPaused ? nil : limit.map { max(lastWrite, lastRead) + $0 }
    }
}
