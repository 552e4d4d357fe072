/// How long something may take, and when that is over.
struct TimeLimit {
    let duration: Duration
    let deadline: ContinuousClock.Instant

    /// The time begins now.
    init(_ duration: Duration) {
        self.duration = duration
        deadline = .now + duration
    }

    /// The one that is over first.
    static func sooner(_ limits: TimeLimit?...) -> TimeLimit? {
        limits.compactMap(\.self).min { $0.deadline < $1.deadline }
    }
}

extension ContinuousClock.Instant? {
    /// Of a deadline, whether it has passed; one that is not there never does.
    var isOver: Bool { map { .now >= $0 } ?? false }
}
