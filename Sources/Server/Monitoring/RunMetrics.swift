internal import DockerRun
internal import Metrics

/// How long runs took, and their parts.
struct RunMetrics: Sendable {
    enum Phase: String, CaseIterable {
        case queue, retry, create, start, run, check

        func isPossible(warm isWarm: Bool) -> Bool {
            switch self {
            case .queue, .run: true
            case .retry, .create, .start: !isWarm
            case .check: isWarm
            }
        }
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
            Phase.allCases.filter { $0.isPossible(warm: isWarm) }.map { Part(phase: $0, isWarm: isWarm) }
        }
        parts = Dictionary(uniqueKeysWithValues: all.map { ($0, Histogram()) })
    }

    /// - Parameters:
    ///   - queued: from the request's arrival to the worker.
    ///   - total: from the request's arrival to the answer.
    func observe(_ timings: RunTimings, queued: Duration, total: Duration) {
        let durations: [(Phase, Duration?)] = [
            (.queue, queued), (.retry, timings.retry), (.create, timings.create), (.start, timings.start),
            (.run, timings.run), (.check, timings.check),
        ]
        for case (let phase, let duration?) in durations {
            parts[Part(phase: phase, isWarm: timings.isWarm)]?.observe(duration)
        }
        (timings.isWarm ? warmTotal : coldTotal).observe(total)
    }
}
