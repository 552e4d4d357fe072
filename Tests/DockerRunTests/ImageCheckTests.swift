import Testing

@testable import DockerRun

struct ImageCheckTests {
    private let tagEvent = #"{"status":"tag","Type":"image","Action":"tag"}"# + "\n"
    private let startEvent = #"{"status":"start","Type":"container","Action":"start"}"# + "\n"

    private func answer(_ text: String, status: Int = 200) -> DockerAnswer {
        DockerAnswer(status: status, body: Array(text.utf8))
    }

    private func confirmed() -> ImageFreshness {
        let freshness = ImageFreshness()
        freshness.confirm(.now())
        return freshness
    }

    @Test func `without freshness the image itself is asked for, and decides`() {
        for (id, verdict) in [("a", ImageCheck.Verdict.passed), ("b", .otherImage("b"))] {
            var check = ImageCheck("x/y:1", imageID: "a", nil)
            #expect(check.call.path == "/images/x/y:1/json")
            check.take(answer(#"{"Id":"\#(id)"}"#))
            #expect(check.verdict == verdict)
        }
    }

    @Test func `a name that stands for nothing any more is another image`() {
        var check = ImageCheck("x", imageID: "a", nil)
        check.take(answer(#"{"message":"no such image"}"#, status: 404))
        #expect(check.verdict == .otherImage(nil))
    }

    @Test(arguments: [(500, #"{"message":"no"}"#), (200, "not JSON"), (200, "{}")])
    func `an answer that says nothing of the image is none`(_ status: Int, _ body: String) {
        var check = ImageCheck("x", imageID: "a", nil)
        check.take(answer(body, status: status))
        #expect(check.verdict == .unanswered)
    }

    @Test func `before anything was confirmed only the image itself can be asked for`() {
        #expect(ImageCheck("x", imageID: "a", ImageFreshness()).call.name == .inspectImage)
    }

    @Test func `no event of an image since all was well is as good as a look at the image`() {
        for events in ["", startEvent, String(repeating: startEvent, count: 200)] {
            var check = ImageCheck("x", imageID: "a", confirmed())
            #expect(check.call.name == .pastEvents)
            check.take(answer(events))
            #expect(check.verdict == .passed)
        }
    }

    @Test func `an event of an image, too many events, or no list of them make it ask for the image`() {
        let doubtful = [
            answer(tagEvent), answer(startEvent + tagEvent), answer(String(repeating: startEvent, count: 201)),
            answer("", status: 500),
        ]
        for events in doubtful {
            var check = ImageCheck("x", imageID: "a", confirmed())
            check.take(events)
            #expect(check.verdict == .pending)
            #expect(check.call.name == .inspectImage)
            check.take(answer(#"{"Id":"b"}"#))
            #expect(check.verdict == .otherImage("b"))
        }
    }

    @Test func `a question covers the time since the last clean answer, and a bit more`() throws {
        let freshness = ImageFreshness()
        let first = ImageFreshness.Moment.now()
        freshness.confirm(first)
        let question = try #require(freshness.question())
        #expect(question.call.path.hasPrefix("/events?since=\((first.real - 100_000_000) / 1_000_000_000)."))
        #expect(question.confirms.real >= first.real)
        freshness.confirm(question.confirms)
        freshness.confirm(first)
        #expect(
            freshness.question()?.call.path.contains("since=\(seconds(question.confirms.real - 100_000_000))&") == true)
    }

    @Test func `a clock that was set since makes it ask for the image`() {
        let freshness = ImageFreshness()
        let now = ImageFreshness.Moment.now()
        freshness.confirm(.init(monotonic: now.monotonic, real: now.real + 1_000_000_000))
        #expect(freshness.question() == nil)
    }

    private func seconds(_ nanoseconds: Int) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count) + fraction
    }
}
