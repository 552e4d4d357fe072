import Synchronization
import Testing

@testable import HTTP

/// Connections without sockets, with given time.
struct ConnectionTests {
    // MARK: One after the other

    @Test func `requests that come at once are answered one after the other, each when the last is with the kernel`()
        throws
    {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let client = server.connect()
        client.receive(String(repeating: get("/open"), count: 3))
        #expect(server.events == ["200 /open 0"])
        #expect(!client.isReading)
        client.drainOnce()
        #expect(server.events.count == 2)
        client.drain()
        #expect(server.events.count == 3)
        #expect(client.isReading)
        #expect(statuses(client.sentText) == ["200", "200", "200"])
    }

    @Test func `an answer has its length, the request's id, the date, and the endpoint's fields`() throws {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let client = server.connect()
        client.receive("POST /open HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nhi")
        let lines = client.takeSent().components("\r\n")
        #expect(lines.first == "HTTP/1.1 200 OK")
        #expect(lines[1] == "Content-Type: text/plain")
        #expect(lines[2].hasPrefix("X-Request-Id: "))
        #expect(lines[3] == "Content-Length: 2")
        #expect(lines[4].hasPrefix("Date: ") && lines[4].hasSuffix(" GMT"))
        #expect(lines.suffix(2) == ["", "hi"])
    }

    @Test func `HEAD has the head of GET and nothing else`() throws {
        let server = try ListenerUnderTest(["/open": { _, _ in .now(Response(.bytes([1, 2, 3]))) }])
        let client = server.connect()
        client.receive("HEAD /open HTTP/1.1\r\nHost: test\r\n\r\n")
        let sent = client.takeSent()
        #expect(sent.contains("Content-Length: 3\r\n"))
        #expect(sent.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: [
        ("1.1", "X: y", false), ("1.1", "Connection: close", true), ("1.0", "X: y", true),
        ("1.0", "Connection: keep-alive", false),
    ])
    func `a connection ends with the answer if its client wants that`(
        _ version: String, _ field: String, _ closes: Bool
    ) throws {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let client = server.connect()
        client.receive("GET /open HTTP/\(version)\r\nHost: test\r\n\(field)\r\n\r\n")
        #expect(!client.isClosed, "the answer is not out")
        client.drain()
        #expect(client.isClosed == closes)
        #expect(client.sentText.contains("Connection: close\r\n") == closes)
        #expect(client.sentText.contains("Connection: keep-alive\r\n") == (version == "1.0" && !closes))
    }

    @Test func `100 Continue is sent to who waits for it, and to nobody whose body is on its way`() throws {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let head = "POST /open HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        let patient = server.connect()
        patient.receive(head)
        #expect(patient.takeSent() == "HTTP/1.1 100 Continue\r\n\r\n")
        patient.receive("h")
        patient.receive("i")
        #expect(patient.takeSent().hasSuffix("\r\n\r\nhi"))
        let hasty = server.connect()
        hasty.receive(head + "h")
        #expect(hasty.takeSent() == "")
    }

    // MARK: Refusals

    @Test func `who is refused with a body to come is told so, may go on sending for a while, and is cut off then`()
        throws
    {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let client = server.connect()
        client.receive("POST /open HTTP/1.1\r\nHost: test\r\nContent-Length: 1001\r\n\r\nbody")
        let sent = client.takeSent()
        #expect(statuses(sent) == ["413"])
        #expect(sent.contains("Connection: close\r\n"))
        #expect(client.hasEndedOutput)
        for _ in 0..<4 {
            client.receive("more of the body")
            #expect(client.input.isEmpty)
            server.wait(1, client)
        }
        #expect(!client.isClosed)
        server.wait(1, client)
        #expect(client.isClosed)
        #expect(server.events == ["413 /open 4"])
    }

    @Test func `a refusal takes back the 100 Continue that the kernel has not taken`() throws {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let client = server.connect()
        client.receive(
            "POST /open HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.receive("x")
        #expect(statuses(client.takeSent()) == ["400"])
    }

    @Test func `a refusal without a body keeps the connection`() throws {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let client = server.connect()
        client.receive(get("/nowhere") + get("/open"))
        #expect(statuses(client.takeSent()) == ["404", "200"])
        #expect(!client.isClosed)
    }

    @Test func `who is refused for lack of room again and again waits for it`() throws {
        let server = try ListenerUnderTest([
            "/full": { _, _ in .refused(Response(status: 503, .bytes([]))) }, "/open": ListenerUnderTest.echo,
        ])
        let client = server.connect()
        client.receive(get("/full") + get("/full") + get("/open"))
        #expect(statuses(client.takeSent()) == ["503"])
        server.wait(0.9, client)
        #expect(client.takeSent().isEmpty)
        server.wait(0.11, client)
        #expect(statuses(client.takeSent()) == ["503", "200"])
    }

    // MARK: Answers that take their time

    @Test func `a client that leaves before its answer is told of, and nobody answers it`() throws {
        let gone = Atomic(0)
        let server = try ListenerUnderTest([
            "/open": { _, _ in .later { gone.add(1, ordering: .relaxed) } }
        ])
        let client = server.connect()
        client.receive(get("/open"))
        #expect(client.isPeerWatched)
        client.isPeerGone = true
        client.connection.peerMayBeGone()
        #expect(client.isClosed)
        let count = gone.load(ordering: .relaxed)
        #expect(count == 1)
        #expect(server.events == ["gone /open"])
    }

    @Test func `a client that has sent more is looked after by the timer`() throws {
        let server = try ListenerUnderTest(["/open": { _, _ in .later {} }])
        let client = server.connect()
        client.receive(get("/open"))
        client.connection.peerMayBeGone()
        #expect(!client.isClosed && !client.isPeerWatched)
        server.wait(3, client)
        #expect(!client.isClosed)
        client.isPeerGone = true
        server.wait(0.5, client)
        #expect(client.isClosed)
    }

    @Test func `an answer comes from wherever, once`() throws {
        let responders = Mutex<[Responder]>([])
        let server = try ListenerUnderTest([
            "/open": { _, responder in
                responders.withLock { $0.append(responder) }
                return .later {}
            }
        ])
        let client = server.connect()
        client.receive(get("/open"))
        let waiting = responders.withLock { $0 }
        let responder = try #require(waiting.first)
        for _ in 0..<2 { responder.send(Response(.bytes([0x78]))) }
        server.runPosted()
        let sent = client.takeSent()
        #expect(statuses(sent) == ["200"])
        #expect(sent.hasSuffix("\r\n\r\nx"))
        #expect(!client.isPeerWatched)
        #expect(server.events == ["200 /open 1"])
    }
}
