import Testing

@testable import HTTP

struct RefusalPaceTests {
    private let start = ContinuousClock.now

    @Test func `refusals go out at once, up to a rate, and further ones a second later`() {
        var pace = RefusalPace()
        for second in 0..<3 {
            let now = start + .seconds(second)
            for _ in 0..<RefusalPace.immediate { #expect(pace.delay(since: nil, now: now) == .zero) }
            #expect(pace.delay(since: nil, now: now + .milliseconds(999)) == .seconds(1))
        }
    }

    @Test func `who was refused is refused again a second later, at the cost of nobody else`() {
        var pace = RefusalPace()
        for _ in 0..<1000 {
            #expect(pace.delay(since: start, now: start + .milliseconds(300)) == .milliseconds(700))
        }
        #expect(pace.delay(since: start, now: start + .seconds(1)) == .zero)
        #expect(pace.delay(since: nil, now: start + .milliseconds(300)) == .zero)
    }
}
