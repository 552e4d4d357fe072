internal import DockerRun
internal import Metrics

/// How long runs took, and their parts.
struct RunMetrics: Sendable {
    enum Phase: String, CaseIterable {
        case queue, create, start, run

        /// A warm run needs neither of the two.
        var isOnlyCold: Bool { self == .create || self == .start }
    }

    struct Part: Hashable {
        let phase: Phase
        let isWarm: Bool
    }

    let parts: [Part: Histogram]
    let warmTotal = Histogram()
    let coldTotal = Histogram()

    init() {
        let all = [true, false].flatMap { isWarm in
            Phase.allCases.filter { !isWarm || !$0.isOnlyCold }.map { Part(phase: $0, isWarm: isWarm) }
        }
        parts = Dictionary(uniqueKeysWithValues: all.map { ($0, Histogram()) })
    }

    /// - Parameters:
    ///   - queued: from the request's arrival to the worker.
    ///   - total: from the request's arrival to the answer.
    func observe(_ timings: RunTimings, queued: Duration, total: Duration) {
        let durations: [(Phase, Duration?)] = [
            (.queue, queued), (.create, timings.create), (.start, timings.start), (.run, timings.run),
        ]
        for case (let phase, let duration?) in durations {
            parts[Part(phase: phase, isWarm: timings.isWarm)]?.observe(duration)
        }
        (timings.isWarm ? warmTotal : coldTotal).observe(total)
    }
}
