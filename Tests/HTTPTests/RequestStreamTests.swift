import Synchronization
import Testing

@testable import HTTP

/// Requests whose endpoints get the body as it comes.
struct RequestStreamTests {
    /// An endpoint that does not answer by itself.
    private final class Upload: Sendable {
        private struct State {
            var body: BodyStream?
            var responder: Responder?
            var wakes = 0
            var gone = 0
        }

        private let state = Mutex(State())

        func respond(to request: Request, _ responder: Responder) -> Answer {
            guard case .stream(let body) = request.body else { return .now(Response(status: 500, .bytes([]))) }
            state.withLock { ($0.body, $0.responder) = (body, responder) }
            body.attach { self.state.withLock { $0.wakes += 1 } }
            return .later { self.state.withLock { $0.gone += 1 } }
        }

        var isAsked: Bool { state.withLock { $0.body != nil } }
        var wakes: Int { state.withLock { $0.wakes } }
        var gone: Int { state.withLock { $0.gone } }

        /// What has come, with a full stop after the last of it.
        func take() -> String {
            guard let (bytes, isLast) = state.withLock({ $0.body })?.take(.max) else { return "" }
            return String(decoding: bytes, as: UTF8.self) + (isLast ? "." : "")
        }

        func answer(_ response: Response) {
            state.withLock { $0.responder }?.send(response)
        }
    }

    private let upload = Upload()

    private func serve(_ change: (inout Listener.Limits) -> Void = { _ in }) throws -> (
        ListenerUnderTest, FakeTransport
    ) {
        let server = try ListenerUnderTest(
            ["/stream": { [upload] in upload.respond(to: $0, $1) }, "/echo": ListenerUnderTest.echo], change)
        return (server, server.connect())
    }

    private func head(_ fields: String...) -> String {
        (["POST /stream HTTP/1.1", "Host: test"] + fields + ["", ""]).joined(separator: "\r\n")
    }

    private let text = Response(.bytes(Array("done".utf8)[...]))

    @Test func `a body goes to its endpoint as it comes, and the connection is kept`() throws {
        let (server, client) = try serve()
        client.receive(head("Content-Length: 6"))
        #expect(upload.isAsked && upload.take() == "")
        client.receive("abc")
        #expect(upload.wakes == 1 && upload.take() == "abc")
        client.receive("def" + get("/echo"))
        #expect(upload.take() == "def.")
        #expect(client.isPeerWatched && !client.isReading)
        upload.answer(text)
        server.runPosted()
        let sent = client.takeSent()
        #expect(sent.components("\r\n\r\ndone").count == 2)
        #expect(!sent.contains("Connection: close"))
        #expect(server.events == ["200 /stream 4", "200 /echo 0"])
        #expect(upload.gone == 0 && client.isReading && !client.isClosed)
    }

    @Test(arguments: 1...40)
    func `where a chunked body is cut makes no difference`(_ size: Int) throws {
        let (server, client) = try serve()
        let bytes = Array((head("Transfer-Encoding: chunked") + "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n").utf8)
        var body = ""
        for start in stride(from: 0, to: bytes.count, by: size) {
            client.receive(Array(bytes[start..<min(start + size, bytes.count)]))
            body += upload.take()
        }
        #expect(body == "abc0123456789.")
        upload.answer(text)
        server.runPosted()
        #expect(statuses(client.takeSent()) == ["200"])
    }

    @Test func `a request without a body has its end at once`() throws {
        let (_, client) = try serve()
        client.receive(head())
        #expect(upload.take() == ".")
    }

    @Test func `a client that expects it is told to go on when the endpoint has the request`() throws {
        let (_, client) = try serve()
        client.receive(head("Content-Length: 1", "Expect: 100-continue"))
        #expect(upload.isAsked)
        #expect(client.takeSent() == "HTTP/1.1 100 Continue\r\n\r\n")
    }

    @Test func `what the endpoint does not take stays in the kernel, and the client is not blamed for it`() throws {
        let (server, client) = try serve()
        client.receive(head("Content-Length: 1000000"))
        let piece = [UInt8](repeating: 0x78, count: 100_000)
        for _ in 0..<3 { client.receive(piece) }
        #expect(!client.isReading && client.isPeerWatched, "300 kB are more than the 256 KiB that may wait")
        client.receive(piece)
        #expect(client.inputCount == piece.count)
        client.connection.timeIsUp()
        #expect(!client.isClosed && client.sent.isEmpty)
        #expect(upload.take().utf8.count == 300_000)
        #expect(!client.isReading, "the loop has not heard of it yet")
        server.runPosted()
        #expect(client.isReading && !client.isPeerWatched && client.inputCount == 0)
        for _ in 0..<6 {
            client.receive(piece)
            _ = upload.take()
            server.runPosted()
        }
        #expect(upload.take() == ".")
    }

    @Test func `a client that leaves within the body is told of, and no end of the body comes`() throws {
        let (server, client) = try serve()
        client.receive(head("Content-Length: 6") + "abc")
        client.connection.failed()
        #expect(upload.gone == 1)
        #expect(upload.take() == "abc")
        #expect(server.events == ["gone /stream"])
        upload.answer(text)
        server.runPosted()
        #expect(server.events.count == 1 && server.openCount == 0)
    }

    @Test(arguments: [("zz\r\n", "400"), ("F4240\r\n", "413")])
    func `a body that is refused on its way ends the request for both sides`(_ chunk: String, _ status: String) throws {
        let (server, client) = try serve()
        client.receive(head("Transfer-Encoding: chunked") + "1\r\na\r\n" + chunk)
        #expect(upload.gone == 1 && !upload.take().hasSuffix("."))
        upload.answer(text)
        server.runPosted()
        #expect(statuses(client.takeSent()) == [Substring(status)])
        #expect(client.hasEndedOutput)
        server.wait(6, client)
        #expect(client.isClosed && server.events.count == 1)
    }

    @Test func `a client that stops sending within the body is refused`() throws {
        let (server, client) = try serve { $0.bodyTimeout = 30 }
        client.receive(head("Content-Length: 6") + "abc")
        server.wait(29, client)
        client.receive("d")
        server.wait(20, client)
        #expect(client.sent.isEmpty && client.output.isEmpty)
        server.wait(11, client)
        #expect(statuses(client.takeSent()) == ["408"])
        #expect(upload.gone == 1)
    }

    @Test func `an answer before the end of the body ends the connection, when it is written`() throws {
        let (server, client) = try serve()
        let answer = BodyStream()
        client.receive(head("Content-Length: 900") + "abc")
        upload.answer(Response(.stream(answer)))
        server.runPosted()
        client.receive("more")
        #expect(client.inputCount == 0 && upload.take() == "abc")
        answer.write("text".utf8)
        answer.end()
        server.runPosted()
        let sent = client.takeSent()
        #expect(sent.contains("Connection: close\r\n") && sent.hasSuffix("4\r\ntext\r\n0\r\n\r\n"))
        #expect(client.hasEndedOutput && !client.isClosed, "what the client still sends meets no reset")
        client.receive("more" + get("/echo"))
        #expect(client.inputCount == 0)
        server.wait(6, client)
        #expect(client.isClosed && upload.gone == 0)
        #expect(server.events == ["200 /stream 4"])
    }

    @Test func `an endpoint has no room: nothing more of the body is read, and the refusal ends the connection`() throws
    {
        let server = try ListenerUnderTest(["/stream": { _, _ in .refused(Response(status: 503, .bytes([]))) }])
        let client = server.connect()
        client.receive(head("Content-Length: 6") + "abc")
        server.wait(2, client)
        let sent = client.takeSent()
        #expect(statuses(sent) == ["503"] && sent.contains("Connection: close\r\n"))
        #expect(client.hasEndedOutput)
    }

    @Test func `a connection whose body is not read to its end becomes no tunnel`() throws {
        let (server, client) = try serve()
        client.receive(head("Content-Length: 6") + "abc")
        let tunnel = Tunnel(output: BodyStream()) { _ in Issue.record("the body is no part of a tunnel") }
        upload.answer(Response(status: 101, .tunnel(tunnel)))
        server.runPosted()
        #expect(client.isClosed && client.sent.isEmpty)
    }
}
