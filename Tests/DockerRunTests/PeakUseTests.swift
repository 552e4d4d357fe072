import TestSupport
import Testing

@testable import DockerRun

struct PeakUseTests {
    private let start = ContinuousClock.now

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `the maximum is the largest that is not forgotten`() {
        var peak = PeakUse()
        #expect(peak.maximum(since: start) == 0)
        peak.record(2, at: after(1))
        peak.record(5, at: after(2))
        peak.record(3, at: after(3))
        peak.record(1, at: after(4))
        #expect(peak.maximum(since: start) == 5)
        #expect(peak.time == after(2))
        #expect(peak.maximum(since: after(2.5)) == 3)
        #expect(peak.maximum(since: after(3.5)) == 1)
        #expect(peak.maximum(since: after(4.5)) == 0)
        #expect(peak.time == nil)
    }

    @Test func `a number that comes again is remembered from its last time`() {
        var peak = PeakUse()
        peak.record(2, at: after(1))
        peak.record(2, at: after(5))
        #expect(peak.maximum(since: after(3)) == 2)
    }

    @Test func `any course of numbers has the maximum that a look at all of them has`() {
        var random = SeededGenerator(seed: 7)
        var peak = PeakUse()
        var all: [(time: ContinuousClock.Instant, count: Int)] = []
        for step in 0..<2000 {
            let time = after(Double(step))
            let count = Int.random(in: 0...20, using: &random)
            peak.record(count, at: time)
            all.append((time, count))
            let window = after(Double(step) - 50)
            #expect(peak.maximum(since: window) == all.filter { $0.time >= window }.map(\.count).max())
        }
    }
}
