import Metrics
import Testing

struct HistogramTests {
    @Test func `a duration counts in its bucket and in all that are wider`() {
        let histogram = Histogram()
        histogram.observe(.milliseconds(3))
        histogram.observe(.seconds(2))
        let snapshot = histogram.snapshot
        let expected = Histogram.bounds.map { ($0 >= 0.003 ? 1 : 0) + ($0 >= 2 ? 1 : 0) } + [2]
        #expect(snapshot.cumulativeCounts == expected)
        #expect(snapshot.count == 2)
        #expect(abs(snapshot.sum - 2.003) < 1e-9)
    }

    @Test func `a bound belongs to its bucket`() throws {
        for (index, bound) in Histogram.bounds.enumerated() {
            let histogram = Histogram()
            histogram.observe(.seconds(bound))
            #expect(histogram.snapshot.cumulativeCounts.firstIndex(of: 1) == index)
        }
    }

    @Test func `what is longer than every bound counts in the last bucket only`() {
        let histogram = Histogram()
        histogram.observe(.seconds(3600))
        #expect(histogram.snapshot.cumulativeCounts == Histogram.bounds.map { _ in 0 } + [1])
        #expect(histogram.snapshot.sum == 3600)
    }

    @Test func `no observation of any thread is lost`() async {
        let histogram = Histogram()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<1000 { histogram.observe(.milliseconds(1)) } } }
        }
        #expect(histogram.snapshot.count == 8000)
    }
}
