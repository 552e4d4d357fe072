internal import DockerRun
internal import Metrics

/// How long runs took, and their parts, and what they ran into.
struct RunMetrics: Sendable {
    typealias Phase = RunTimings.Phase

    struct Part: Hashable {
        let phase: Phase
        let isWarm: Bool
    }

    let parts: [Part: Histogram]
    let warmTotal = Histogram()
    let coldTotal = Histogram()
    let struckLimits = CounterFamily<StruckLimit>()
    /// By whether the container was warm.
    let interactiveRuns = CounterFamily<Bool>()
    /// By the façade that they were asked of.
    let facadeRuns = CounterFamily<String>()

    init() {
        let all = [true, false].flatMap { isWarm in
            Phase.allCases.filter { Self.isPossible($0, warm: isWarm) }.map { Part(phase: $0, isWarm: isWarm) }
        }
        parts = Dictionary(uniqueKeysWithValues: all.map { ($0, Histogram()) })
    }

    /// - Parameter total: from the request's arrival to the answer.
    func observe(_ report: RunReport, total: Duration) {
        let timings = report.timings
        if let limit = report.struckLimit { struckLimits.increment(limit) }
        for (phase, duration) in timings.phases {
            parts[Part(phase: phase, isWarm: timings.isWarm)]?.observe(duration)
        }
        (timings.isWarm ? warmTotal : coldTotal).observe(total)
    }

    /// How long it took is people's affair.
    func observeInteractive(_ report: RunReport) {
        if let limit = report.struckLimit { struckLimits.increment(limit) }
        interactiveRuns.increment(report.timings.isWarm)
    }

    private static func isPossible(_ phase: Phase, warm isWarm: Bool) -> Bool {
        switch phase {
        case .queue, .run: true
        case .retry, .create, .start: !isWarm
        case .update, .check: isWarm
        }
    }
}
