import Testing

@testable import HTTP

struct RequestReaderTests {
    /// What a connection hears of its requests when the bytes come in such pieces, each body's limit being 10 bytes.
    private func read(_ pieces: [String]) -> [String] {
        var reader = RequestReader()
        var input: [UInt8] = []
        var heard: [String] = []
        for piece in pieces {
            input += piece.utf8
            while true {
                let (output, consumed) = reader.read(input.span)
                input.removeFirst(consumed)
                switch output {
                case .needMore where consumed == 0: break
                case .needMore: continue
                case .head(let head):
                    heard.append("\(head.method.rawValue) \(head.path)")
                    reader.takeBody(maximumLength: 10, keepsContent: head.path != "/forget")
                    continue
                case .awaitsContinue:
                    heard.append("continue")
                    continue
                case .body(let body):
                    heard.append("body \(String(decoding: body.take(), as: UTF8.self))")
                    continue
                case .refusal(let refusal): heard.append("refused \(refusal.status)")
                }
                break
            }
        }
        return heard
    }

    private let post = "POST /x HTTP/1.1\r\nHost: a\r\n"

    @Test func `requests come one after the other, whatever their bodies`() {
        let text =
            post + "Content-Length: 5\r\n\r\nhello" + "GET / HTTP/1.1\r\nHost: a\r\n\r\n" + post
            + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n" + "GET /forget HTTP/1.1\r\nHost: a\r\n"
            + "Content-Length: 2\r\n\r\nno"
        let heard = ["POST /x", "body hello", "GET /", "body ", "POST /x", "body hi", "GET /forget", "body "]
        #expect(read([text]) == heard)
        #expect(read(text.map(String.init).flatMap { $0.utf8.map { String(UnicodeScalar($0)) } }) == heard)
    }

    @Test func `nothing is read before the head is decided upon, nor after a refusal`() {
        var reader = RequestReader()
        let bytes = Array((post + "Content-Length: 1\r\n\r\nx").utf8)
        guard case (.head(let head), let consumed) = reader.read(bytes.span) else {
            Issue.record("no head")
            return
        }
        #expect(consumed == head.size)
        guard case (.needMore, 0) = reader.read(bytes.span) else {
            Issue.record("it reads on")
            return
        }
        #expect(
            read([post + "Content-Length: 11\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"]) == ["POST /x", "refused 413"])
        #expect(read([post + "Transfer-Encoding: chunked\r\n\r\nb\r\n"]) == ["POST /x", "refused 413"])
        #expect(read([post + "Transfer-Encoding: chunked\r\n\r\nx\r\n"]) == ["POST /x", "refused 400"])
        #expect(read(["GET / HTTP/9\r\n", "\r\n"]) == ["refused 505"])
    }

    @Test func `who waits for 100 Continue is told once, and only while nothing of the body has come`() {
        let head = post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        #expect(read([head, "h", "i"]) == ["POST /x", "continue", "body hi"])
        #expect(read([head + "h", "i"]) == ["POST /x", "body hi"])
    }
}
