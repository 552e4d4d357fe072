/// What became of tests, in their order.
struct TestResults {
    /// Nil if it was skipped.
    private(set) var all: [CommandOutcome?] = []
    /// Why one test may have seen what another has left; nil if none can have.
    private(set) var notRestored: String?

    /// Bytes that one test takes at most in a result, with the lines that say how much of its outputs was left out.
    static let leastLength = 460
    /// Bytes for what is said of all of them.
    static let leastLengthOfAll = 2000

    init() {}

    init(skipped tests: [Program.Test]) {
        skip(tests.count)
    }

    /// The first of several reasons is kept.
    mutating func failToRestore(_ failure: Failure) { notRestored = notRestored ?? failure.description }

    mutating func add(_ outcome: CommandOutcome) { all.append(outcome) }

    mutating func skip(_ count: Int) { all += Array(repeating: nil, count: count) }

    var outcomes: [CommandOutcome] { all.compactMap(\.self) }

    var hasFailure: Bool { outcomes.contains { !($0.hasPassed ?? $0.isSuccess) } }

    /// How many did what was expected of them.
    var passed: Int { outcomes.count { $0.hasPassed ?? false } }

    /// Of all together, without an end and what they printed.
    var outcome: CommandOutcome {
        var all = CommandOutcome(
            printed: PrintedOutput(limit: 0, interleaves: false), end: nil, limit: nil, duration: 0, cpuTime: 0,
            memoryPeak: 0)
        for outcome in outcomes {
            all.limit = all.limit ?? outcome.limit
            all.duration += outcome.duration
            all.cpuTime += outcome.cpuTime
            all.memoryPeak = max(all.memoryPeak, outcome.memoryPeak)
        }
        return all
    }
}

extension CommandOutcome {
    /// Nil if nothing was expected.
    var hasPassed: Bool? { printed.expected.map { isSuccess && $0.isMet } }
}
