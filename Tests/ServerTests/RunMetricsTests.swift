import Metrics
import Testing

@testable import DockerRun
@testable import Server

struct RunMetricsTests {
    @Test func `a run counts in each part that it has reached, and in its total`() {
        let metrics = RunMetrics()
        var timings = RunTimings(queue: .milliseconds(1))
        timings.create = .milliseconds(10)
        metrics.observe(RunReport(result: .success([]), timings: timings), total: .milliseconds(11))
        timings = RunTimings(queue: .milliseconds(1))
        timings.isWarm = true
        timings.run = .milliseconds(5)
        metrics.observe(RunReport(result: .success([]), struckLimit: .time, timings: timings), total: .milliseconds(6))
        let counts = metrics.parts.mapValues(\.snapshot.count)
        #expect(counts[.init(phase: .queue, isWarm: false)] == 1)
        #expect(counts[.init(phase: .create, isWarm: false)] == 1)
        #expect(counts[.init(phase: .start, isWarm: false)] == 0)
        #expect(counts[.init(phase: .run, isWarm: false)] == 0)
        #expect(counts[.init(phase: .queue, isWarm: true)] == 1)
        #expect(counts[.init(phase: .run, isWarm: true)] == 1)
        #expect(counts[.init(phase: .create, isWarm: true)] == nil)
        #expect(metrics.coldTotal.snapshot.count == 1)
        #expect(metrics.warmTotal.snapshot.count == 1)
        #expect(metrics.struckLimits.values == [.time: 1])
    }
}
