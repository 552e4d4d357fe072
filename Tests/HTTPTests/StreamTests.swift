import Synchronization
import Testing

@testable import HTTP

/// Answers whose bodies come in pieces, and connections that endpoints take over.
struct StreamTests {
    /// What a stream's owner was told.
    private final class Calls: Sendable {
        let drained = Atomic(0)
        let gone = Atomic(0)
        let received = Mutex<[UInt8]>([])

        var drainedCount: Int { drained.load(ordering: .relaxed) }
        var goneCount: Int { gone.load(ordering: .relaxed) }
        var receivedText: String { String(decoding: received.withLock { $0 }, as: UTF8.self) }

        func stream(highWaterMark: Int = 100) -> BodyStream {
            BodyStream(
                highWaterMark: highWaterMark, whenDrained: { self.drained.add(1, ordering: .relaxed) },
                whenGone: { self.gone.add(1, ordering: .relaxed) })
        }
    }

    private let calls = Calls()

    private func serve(
        _ body: Response.Body, status: Int = 200, maxConnections: Int = 100
    ) throws -> (ListenerUnderTest, FakeTransport) {
        let server = try ListenerUnderTest(["/open": { _, _ in .now(Response(status: status, body)) }]) {
            $0.maxConnections = maxConnections
        }
        return (server, server.connect())
    }

    @Test func `a body is sent in chunks as it comes, and the connection is kept`() throws {
        let stream = calls.stream()
        stream.write("early".utf8)
        let (server, client) = try serve(.stream(stream))
        client.receive(get("/open"))
        let head = client.takeSent()
        #expect(head.contains("Transfer-Encoding: chunked\r\n") && !head.contains("Content-Length"))
        #expect(head.hasSuffix("\r\n\r\n5\r\nearly\r\n"))
        stream.write("late".utf8)
        stream.write("r".utf8)
        server.runPosted()
        #expect(client.takeSent() == "5\r\nlater\r\n")
        #expect(server.events.isEmpty, "it has not ended")
        stream.end()
        server.runPosted()
        #expect(client.takeSent() == "0\r\n\r\n")
        #expect(server.events == ["200 /open 10"])
        #expect(client.isReading && !client.isClosed && !client.isPeerWatched)
        #expect(calls.goneCount == 0)
    }

    @Test func `to HTTP 1.0 the end of the connection is the end of the body`() throws {
        let stream = calls.stream()
        let (server, client) = try serve(.stream(stream))
        client.receive("GET /open HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        stream.write("text".utf8)
        stream.end()
        server.runPosted()
        let sent = client.takeSent()
        #expect(!sent.contains("chunked") && sent.contains("Connection: close\r\n") && sent.hasSuffix("\r\n\r\ntext"))
        #expect(client.isClosed)
    }

    @Test func `who asks for the head only gets no more, and the body's owner hears that nobody wants it`() throws {
        let stream = calls.stream()
        let (_, client) = try serve(.stream(stream))
        client.receive("HEAD /open HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(client.takeSent().hasSuffix("chunked\r\n\r\n") == false)
        #expect(calls.goneCount == 1)
        #expect(!stream.write("x".utf8))
        #expect(client.isReading)
    }

    @Test func `who writes more than the client takes is told to wait, and when to go on`() throws {
        let stream = calls.stream(highWaterMark: 200_000)
        let (server, client) = try serve(.stream(stream))
        client.receive(get("/open"))
        client.drain()
        let piece = [UInt8](repeating: 0x78, count: 50_000)
        #expect(stream.write(piece))
        server.runPosted()
        var count = 1
        while stream.write(piece) { count += 1 }
        count += 1
        server.runPosted()
        #expect(client.outputCount < 70_000, "more than a portion is with the kernel's buffer")
        #expect(stream.count > 200_000)
        #expect(calls.drainedCount == 0)
        while stream.count > 100_000 { client.drainOnce() }
        #expect(calls.drainedCount == 1)
        #expect(stream.write([]))
        stream.end()
        client.drain()
        #expect(client.sent.filter { $0 == 0x78 }.count == count * piece.count)
        #expect(client.isReading)
    }

    @Test func `a client that leaves is told of once, and what is written then goes nowhere`() throws {
        let stream = calls.stream()
        let (server, client) = try serve(.stream(stream))
        client.receive(get("/open"))
        #expect(client.isPeerWatched)
        client.isPeerGone = true
        client.connection.peerMayBeGone()
        #expect(client.isClosed)
        #expect(calls.goneCount == 1)
        #expect(!stream.write("x".utf8))
        stream.end()
        server.runPosted()
        #expect(server.events == ["gone /open"])
        #expect(calls.goneCount == 1)
    }

    @Test func `a stream may be silent for any time, and a client must take what there is`() throws {
        let stream = calls.stream()
        let (server, client) = try serve(.stream(stream))
        client.receive(get("/open"))
        client.drain()
        server.wait(1000, client)
        #expect(!client.isClosed)
        stream.write("x".utf8)
        server.runPosted()
        server.wait(100, client)
        #expect(client.isClosed)
        #expect(calls.goneCount == 1)
    }

    @Test func `a streamed answer may come late, from wherever`() throws {
        let stream = calls.stream()
        let server = try ListenerUnderTest([
            "/open": { _, responder in
                responder.send(Response(.stream(stream)))
                return .later {}
            }
        ])
        let client = server.connect()
        client.receive(get("/open") + get("/open"))
        server.runPosted()
        stream.write("x".utf8)
        stream.end()
        server.runPosted()
        #expect(client.takeSent().hasSuffix("1\r\nx\r\n0\r\n\r\n"))
    }

    // MARK: Tunnels

    @Test func `an endpoint takes the connection over: bytes go both ways, also those that came with the request`()
        throws
    {
        let calls = calls
        let stream = calls.stream()
        let tunnel = Tunnel(output: stream) { bytes in
            calls.received.withLock { $0 += bytes }
            stream.write(bytes)
        }
        var response = Response(status: 101, .tunnel(tunnel))
        response.headers.append("Upgrade", "echo")
        let switching = response
        let server = try ListenerUnderTest(["/open": { _, _ in .now(switching) }])
        let client = server.connect()
        client.receive(get("/open") + "first")
        server.runPosted()
        let sent = client.takeSent()
        #expect(sent.hasPrefix("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n"))
        #expect(!sent.contains("Content-Length") && !sent.contains("chunked") && !sent.contains("Connection:"))
        #expect(sent.hasSuffix("\r\n\r\nfirst"))
        client.receive("GET / HTTP/1.1\r\n")
        server.runPosted()
        #expect(client.takeSent() == "GET / HTTP/1.1\r\n")
        stream.end()
        server.runPosted()
        #expect(client.hasEndedOutput && !client.isClosed)
        #expect(server.events == ["101 /open 21"])
        server.wait(5, client)
        #expect(client.isClosed)
        #expect(calls.goneCount == 0)
    }

    @Test func `what a tunnel does not want yet stays in the kernel`() throws {
        let calls = calls
        let stream = calls.stream()
        let tunnel = Tunnel(output: stream) { bytes in calls.received.withLock { $0 += bytes } }
        tunnel.pause()
        let (server, client) = try serve(.tunnel(tunnel), status: 101)
        client.receive(get("/open") + "a")
        #expect(calls.receivedText == "")
        #expect(!client.isReading)
        client.receive("b")
        tunnel.resume()
        server.runPosted()
        #expect(calls.receivedText == "ab")
        #expect(client.isReading)
        client.connection.failed()
        #expect(calls.goneCount == 1)
        #expect(server.events == ["101 /open 0"])
    }

    @Test func `a tunnel gives way as its route does, until it is to stay`() throws {
        for stays in [false, true] {
            let tunnel = Tunnel(output: calls.stream()) { _ in }
            let (server, client) = try serve(.tunnel(tunnel), status: 101, maxConnections: 1)
            client.receive(get("/open"))
            if stays { tunnel.stay() }
            server.runPosted()
            _ = server.connect()
            #expect(client.isClosed == !stays)
        }
    }

    @Test func `the last bytes of a body come after all others, and once`() throws {
        let stream = calls.stream()
        let (server, client) = try serve(.tunnel(Tunnel(output: stream) { _ in }), status: 101)
        client.receive(get("/open"))
        stream.write("a".utf8)
        #expect(stream.end("b".utf8))
        #expect(!stream.end("c".utf8) && !stream.write("d".utf8))
        server.runPosted()
        #expect(client.takeSent().hasSuffix("\r\n\r\nab"))
        #expect(client.hasEndedOutput)
    }
}
