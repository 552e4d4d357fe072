import HTTP
import Testing

@testable import Server

struct EventAnswerTests {
    @Test(arguments: [
        (["text/event-stream"], true), (["Text/Event-Stream; q=0.5, */*"], true), (["*/*"], false), ([], false),
        (["application/json, text/event-stream"], false), (["text/event-stream", "application/json;q=0.1"], false),
        (["text/event-streams"], false),
    ])
    func `events are for those who name them and not JSON`(_ accept: [String], _ isWanted: Bool) {
        var headers = Headers()
        for value in accept { headers.append("accept", value) }
        #expect(EventAnswer.isWanted(by: headers) == isWanted)
    }

    @Test func `a line break between tokens begins another line of data`() {
        let text = EventAnswer.text("result", "{\n\"a\":\r\n1,\r\r\"b\\n\":2}".utf8)
        #expect(
            String(decoding: text, as: UTF8.self)
                == "event: result\ndata: {\ndata: \"a\":\ndata: 1,\ndata: \ndata: \"b\\n\":2}\n\n")
    }
}
