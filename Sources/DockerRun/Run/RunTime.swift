/// The time that a run may take. It begins once, whatever number of containers the run needs: when the payload is sent to a
/// warm container, or when a cold one has started. Until then the daemon's own time limit holds.
struct RunTime {
    /// For the program, and a moment for its runner to say what came of it.
    private let limit: Duration
    private var began: ContinuousClock.Instant?

    /// A runner that keeps the limit itself stops the program with its output so far. It must not be outrun.
    private static let answerTime = Duration.seconds(1)

    init(_ limits: RunLimits) {
        limit = limits.executionTime + Self.answerTime
    }

    mutating func begin() {
        if began == nil { began = .now }
    }

    /// Nil until the time has begun.
    var deadline: ContinuousClock.Instant? { began.map { $0 + limit } }
}
