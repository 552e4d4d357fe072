internal import Synchronization

/// How often something took how long. Any thread may call it.
public final class Histogram: Sendable {
    /// What has been observed up to a moment.
    public struct Snapshot: Sendable, Equatable {
        /// How many observations were at most as long as the bound of the same index; the last one has no bound.
        public var cumulativeCounts: [Int]
        /// Seconds, all together.
        public var sum: Double

        public var count: Int { cumulativeCounts.last ?? 0 }
    }

    private struct State {
        var counts: [Int]
        var sum = Duration.zero
    }

    /// Seconds: from a call to a daemon next door up to a run that uses all of its time.
    public static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    private static let durations = bounds.map { Duration.seconds($0) }

    private let state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))

    public init() {}

    public func observe(_ duration: Duration) {
        let index = Self.durations.firstIndex { duration <= $0 } ?? Self.durations.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += duration
        }
    }

    public var snapshot: Snapshot {
        let state = state.withLock { $0 }
        var total = 0
        let cumulativeCounts = state.counts.map { count in
            total += count
            return total
        }
        let (seconds, attoseconds) = state.sum.components
        return Snapshot(cumulativeCounts: cumulativeCounts, sum: Double(seconds) + Double(attoseconds) * 1e-18)
    }
}
