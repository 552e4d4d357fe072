import Metrics
import Testing

@testable import Server

struct MetricsTextTests {
    @Test func `a family has its help, its type and its samples`() {
        var page = MetricsText()
        page.begin("requests_total", .counter, "All of them.")
        page.add(3, ["route": "/run", "status": "200"])
        page.add(0.5)
        #expect(
            page.text == """
                # HELP requests_total All of them.
                # TYPE requests_total counter
                requests_total{route="/run",status="200"} 3
                requests_total 0.5

                """)
    }

    @Test func `a histogram has cumulative buckets, a sum and a count`() {
        let histogram = Histogram()
        for milliseconds in [1, 20, 100_000] { histogram.observe(.milliseconds(milliseconds)) }
        var page = MetricsText()
        page.begin("run_seconds", .histogram, "Runs.")
        page.add(histogram.snapshot, ["start": "cold"])
        let lines = page.text.split(separator: "\n").dropFirst(2)
        #expect(lines.first == #"run_seconds_bucket{start="cold",le="0.001"} 1"#)
        #expect(lines.contains(#"run_seconds_bucket{start="cold",le="0.01"} 1"#))
        #expect(lines.contains(#"run_seconds_bucket{start="cold",le="0.025"} 2"#))
        #expect(lines.contains(#"run_seconds_bucket{start="cold",le="60.0"} 2"#))
        #expect(lines.suffix(3).first == #"run_seconds_bucket{start="cold",le="+Inf"} 3"#)
        #expect(lines.suffix(2) == [#"run_seconds_sum{start="cold"} 100.021"#, #"run_seconds_count{start="cold"} 3"#])
    }

    @Test func `no label can end its line or its quotes`() {
        var page = MetricsText()
        page.begin("a", .gauge, "a \\ and\nanother \"line\"")
        page.add(1, ["image": "\"b\\\r\n} 2\nc 3é"])
        #expect(
            page.text.utf8.elementsEqual(
                "# HELP a a \\\\ and\\nanother \"line\"\n# TYPE a gauge\na{image=\"\\\"b\\\\\r\\n} 2\\nc 3é\"} 1\n".utf8
            ))
    }

    @Test func `few images stand for themselves`() {
        #expect(MetricsPage.bounded(["a": 1, "b": 0]) == ["a": 1, "b": 0])
    }

    @Test func `of many images those with most containers stand for themselves, and the rest is summed up`() {
        let most = MetricsPage.maximumImages
        let counts = Dictionary(uniqueKeysWithValues: (1...most + 3).map { ("image \($0)", $0) })
        let bounded = MetricsPage.bounded(counts)
        #expect(bounded.count == most + 1)
        #expect(bounded["other"] == 1 + 2 + 3)
        #expect(bounded["image 4"] == 4)
        #expect(bounded.values.reduce(0, +) == counts.values.reduce(0, +))
    }

    @Test func `an image that is called other is not lost among the others`() {
        var counts = Dictionary(uniqueKeysWithValues: (1...MetricsPage.maximumImages).map { ("image \($0)", 1) })
        counts["other"] = 5
        let bounded = MetricsPage.bounded(counts)
        #expect(bounded["other"] == 6)
        #expect(bounded.count == MetricsPage.maximumImages)
    }
}
