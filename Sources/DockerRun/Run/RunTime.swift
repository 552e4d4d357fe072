/// The time that a run may take. It begins once, whatever number of containers the run needs: when the payload is sent to a
/// warm container, or when a cold one has started. Until then the daemon's own time limit holds.
struct RunTime {
    private let limit: Duration
    /// Whether the runner may keep the limit itself: it then stops the program with its output so far, and must not be outrun
    /// while it says what came of it.
    var leavesTimeToAnswer = true
    private var began: ContinuousClock.Instant?

    private static let answerTime = Duration.seconds(1)

    init(_ limit: Duration) {
        self.limit = limit
    }

    mutating func begin() {
        if began == nil { began = .now }
    }

    /// Nil until the time has begun.
    var deadline: ContinuousClock.Instant? {
        began.map { $0 + limit + (leavesTimeToAnswer ? Self.answerTime : .zero) }
    }
}
