import Testing

@testable import CodeRunner

struct ProcessorTimeTests {
    private func time(_ text: String) -> ProcessorTime? { ProcessorTime(Array(text.utf8)) }

    @Test(arguments: [
        // All of two processors, one, a half, and a little less; of one a half; and where waiting for a disk is all.
        (2, "0 0 0 20", true), (2, "10 0 0 10", true), (2, "5 5 5 5", true), (2, "8 4 4 4", false),
        (1, "5 0 0 5", true), (1, "6 0 0 4", false), (1, "0 0 0 0 10", true), (2, "0 0 0 0 0 0 0 20", false),
        // 64 processors of which one and a half are taken, or all but a little.
        (64, "1500 0 0 62500", true), (64, "6360 0 0 40", false),
        // Nothing is counted.
        (2, "0 0 0 0", true),
    ])
    func `half a processor that has nothing to do is one to spare`(
        _ processors: Int, _ ticks: String, _ hasSpare: Bool
    ) throws {
        func text(_ ticks: [Int]) -> String {
            let each = (0..<processors).map { "cpu\($0) 1 2 3 4 5 6 7 8 9 10\n" }.joined()
            return "cpu  \(ticks.map(String.init).joined(separator: " ")) 99 0\n\(each)intr 1 2 3\n"
        }
        let before = [7, 7, 7, 7, 7, 7, 7, 7]
        let more = ticks.split(separator: " ").compactMap { Int($0) }
        let after = before.enumerated().map { $1 + ($0 < more.count ? more[$0] : 0) }
        let earlier = try #require(time(text(before)))
        #expect(try #require(time(text(after))).hasSpare(since: earlier) == hasSpare)
    }

    @Test(arguments: ["", "cpu", "cpu  1 2 3\ncpu0 1 2 3\n", "cpu  1 2 3 4 5 6 7 8 0 0\n", "intr 1\n"])
    func `what does not say it says nothing`(_ text: String) { #expect(time(text) == nil) }

    @Test func `this machine counts`() throws {
        let now = try #require(ProcessorTime.now)
        #expect(now.total > now.idle && now.idle >= 0 && now.processors > 0)
    }
}
