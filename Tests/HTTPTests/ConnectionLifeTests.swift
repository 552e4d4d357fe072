import Testing

@testable import HTTP

/// How long connections wait for their clients, which of them give way, and how all of them end.
struct ConnectionLifeTests {
    // MARK: Time

    @Test func `an idle connection is closed after its time, one that is used not`() throws {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let (idle, used) = (server.connect(), server.connect())
        server.wait(140, idle)
        used.receive(get("/open"))
        used.drain()
        server.wait(11, idle)
        #expect(idle.isClosed)
        used.connection.timeIsUp()
        #expect(!used.isClosed)
        #expect(server.openCount == 1)
    }

    @Test func `a head has its time from its first byte on, however it drips`() throws {
        let server = try ListenerUnderTest()
        let client = server.connect()
        server.wait(100, client)
        client.receive("GET / HTTP/1.1\r\nX: ")
        for _ in 0..<5 {
            server.wait(11, client)
            client.receive("x")
        }
        #expect(client.takeSent().isEmpty)
        server.wait(6, client)
        #expect(statuses(client.takeSent()) == ["408"])
    }

    @Test func `a body has its time from its last byte on`() throws {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let client = server.connect()
        client.receive("POST /open HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n")
        for _ in 0..<9 {
            server.wait(50, client)
            client.receive("x")
        }
        #expect(client.takeSent().isEmpty)
        server.wait(62, client)
        #expect(statuses(client.takeSent()) == ["408"])
    }

    @Test func `an answer has its time for as long as the client takes some of it`() throws {
        let server = try ListenerUnderTest([
            "/open": { _, _ in .now(Response(.bytes([UInt8](repeating: 0, count: 1_000_000)[...]))) }
        ])
        let client = server.connect()
        client.receive(get("/open"))
        for _ in 0..<10 {
            server.wait(50, client)
            client.drainOnce()
        }
        #expect(!client.isClosed)
        server.wait(80, client)
        #expect(client.isClosed)
    }

    @Test func `what the kernel has and the client does not acknowledge is not taken`() throws {
        let server = try ListenerUnderTest([
            "/open": { _, _ in .now(Response(.bytes([UInt8](repeating: 0, count: 100_000)[...]))) }
        ])
        let client = server.connect()
        client.receive(get("/open"))
        for left in stride(from: 900_000, to: 0, by: -100_000) {
            client.unacknowledgedCount = left
            server.wait(50, client)
        }
        #expect(!client.isClosed)
        server.wait(80, client)
        #expect(client.isClosed)
    }

    @Test func `what was said last is waited for as long as the client takes some of it`() throws {
        let server = try ListenerUnderTest()
        let client = server.connect()
        client.receive("GET / HTTP/9\r\n\r\n")
        client.drain()
        #expect(client.hasEndedOutput)
        for left in stride(from: 900_000, to: 0, by: -100_000) {
            client.unacknowledgedCount = left
            server.wait(4, client)
        }
        #expect(!client.isClosed)
        server.wait(6, client)
        #expect(client.isClosed)
    }

    // MARK: Too many, and the end

    @Test func `the one that has waited longest gives way, and none that has what only some may ask for`() throws {
        let server = try ListenerUnderTest(["/closed": { _, _ in .later {} }, "/open": ListenerUnderTest.echo]) {
            $0.maxConnections = 3
        }
        let clients = (0..<3).map { _ in server.connect() }
        clients[0].receive(get("/closed"))
        clients[1].receive(get("/open"))
        clients[1].drain()
        _ = server.connect()
        #expect(clients.map(\.isClosed) == [false, false, true])
        _ = server.connect()
        #expect(clients.map(\.isClosed) == [false, true, true])
        #expect(server.events.filter { $0 == "gave way" }.count == 2)
    }

    @Test func `when the server drains, idle connections have a moment, and a request of then is the last one`() throws
    {
        let server = try ListenerUnderTest(["/open": ListenerUnderTest.echo])
        let (idle, late) = (server.connect(), server.connect())
        var isDrained = false
        server.listener.drain { isDrained = true }
        server.wait(0.5, idle)
        late.receive(get("/open"))
        #expect(late.takeSent().contains("Connection: close\r\n"))
        #expect(late.isClosed)
        #expect(!isDrained)
        server.wait(0.6, idle)
        #expect(idle.isClosed)
        #expect(isDrained)
    }
}
