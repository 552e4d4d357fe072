import Synchronization
import Testing

@testable import HTTP

/// WebSockets on connections without sockets.
struct WebSocketTests {
    // MARK: The beginning

    @Test func `a request becomes a WebSocket, and what came behind it are the first frames`() throws {
        let owner = WebSocketOwner { $0.send($1) }
        let server = try owner.serve()
        let client = server.connect()
        client.receive(Array(WebSocketOwner.handshake.utf8) + textFrame("a") + textFrame("b"))
        #expect(owner.texts == ["a", "b"])
        server.runPosted()
        let sent = client.takeSentBytes()
        #expect(Array(sent.suffix(6)) == [0x81, 1, 0x61, 0x81, 1, 0x62])
        let head = String(decoding: sent, as: UTF8.self).components("\r\n\r\n")[0]
        let fields = head.components("\r\n").filter { !$0.hasPrefix("X-Request-Id: ") && !$0.hasPrefix("Date: ") }
        #expect(
            fields == [
                "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            ])
    }

    @Test func `who asks for none gets what there is beside it`() throws {
        let owner = WebSocketOwner()
        let server = try owner.serve()
        let client = server.connect()
        client.receive(get("/socket") + "HEAD /socket HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n\r\n")
        client.receive(get("/socket", "Upgrade: websocket"))
        #expect(statuses(client.takeSent()) == ["405", "405", "400"])
        #expect(client.isReading && owner.goneCount == 0)
    }

    @Test func `texts go both ways, whenever`() throws {
        let owner = WebSocketOwner { $0.send($1) }
        owner.socket.send("early".utf8)
        let (server, client) = try owner.connect(isFresh: false)
        #expect(client.sentText.hasSuffix("\r\n\r\n\u{FFFD}\u{5}early"))
        _ = owner.takeSent(server, client)
        client.receive(textFrame("Hel", isFinal: false) + continuation("lo") + textFrame("€"))
        #expect(owner.texts == ["Hello", "€"])
        #expect(owner.takeSent(server, client) == [0x81, 5] + "Hello".utf8 + [0x81, 3] + "€".utf8)
        #expect(owner.socket.send("late".utf8))
        #expect(owner.takeSent(server, client) == [0x81, 4] + "late".utf8)
    }

    @Test func `a ping is answered with what it says, and one goes out`() throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        client.receive(pingFrame("there?") + clientFrame(10, "unasked".utf8))
        #expect(owner.takeSent(server, client) == [0x8A, 6] + "there?".utf8)
        owner.socket.ping()
        #expect(owner.takeSent(server, client) == [0x89, 0])
        #expect(owner.texts == [])
    }

    @Test func `a larger message may come from one message to the next`() throws {
        let owner = WebSocketOwner { socket, _ in socket.setMaximumMessageSize(2000) }
        let (_, client) = try owner.connect()
        let large = String(repeating: "x", count: 2000)
        client.receive(textFrame("open sesame") + textFrame(large))
        #expect(owner.texts.last == large)
        client.receive(textFrame(large + "x"))
        #expect(owner.goneCount == 1)
    }

    // MARK: The end

    @Test(arguments: [closeFrame(1001, "bye"), clientFrame(8, [])])
    func `a client that closes is answered with its own code`(_ close: [UInt8]) throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        client.receive(close + textFrame("late"))
        #expect(owner.goneCount == 1)
        #expect(!owner.socket.send("x".utf8))
        owner.socket.close(.normal)
        #expect(owner.takeSent(server, client) == (close.count > 6 ? [0x88, 2, 0x03, 0xE9] : [0x88, 0]))
        #expect(client.hasEndedOutput && !client.isClosed)
        client.connection.failed()
        #expect(client.isClosed)
        #expect(owner.texts == [] && owner.goneCount == 1)
        #expect(server.openCount == 0)
    }

    @Test func `who closes says why, once, and then neither hears nor says anything`() throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        owner.socket.pause()
        owner.socket.close(.goingAway, "stopping")
        owner.socket.close(.normal)
        owner.socket.ping()
        #expect(!owner.socket.send("x".utf8))
        server.runPosted()
        #expect(client.isReading, "the end of the client is noticed")
        client.receive(textFrame("late") + pingFrame("") + closeFrame(1001))
        #expect(owner.takeSent(server, client) == [0x88, 10, 0x03, 0xE9] + "stopping".utf8)
        #expect(client.hasEndedOutput)
        client.receive(textFrame("later") + [0xFF])
        #expect(client.input.isEmpty)
        server.wait(5, client)
        #expect(client.isClosed)
        #expect(owner.texts == [] && owner.goneCount == 0)
    }

    @Test func `who closes on a message does not hear the next one`() throws {
        let owner = WebSocketOwner { socket, _ in socket.close(.policyViolation) }
        let (server, client) = try owner.connect()
        client.receive(textFrame("a") + textFrame("b"))
        #expect(owner.texts == ["a"])
        #expect(owner.takeSent(server, client) == [0x88, 2, 0x03, 0xF0])
    }

    @Test func `a client that leaves is told of once`() throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        client.connection.failed()
        #expect(owner.goneCount == 1)
        #expect(!owner.socket.send("x".utf8))
        owner.socket.close(.normal)
        server.runPosted()
        #expect(owner.goneCount == 1)
        #expect(server.events == ["101 /socket 0"])
    }

    @Test func `a client that breaks the protocol is told how, after what came before it is heard`() throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        client.receive(textFrame("fine") + [0x82] + textFrame("late"))
        #expect(owner.texts == ["fine"])
        #expect(owner.goneCount == 1)
        #expect(
            owner.takeSent(server, client) == [0x88, 31, 0x03, 0xEB] + "A message is binary, not text".utf8)
        #expect(client.hasEndedOutput)
        server.wait(5, client)
        #expect(client.isClosed && owner.goneCount == 1)
    }

    @Test func `a WebSocket is let go with its connection`() throws {
        weak var socket: WebSocket?
        do {
            let owner = WebSocketOwner()
            socket = owner.socket
            let (_, client) = try owner.connect()
            client.connection.failed()
        }
        #expect(socket == nil)
    }

    // MARK: Who does not keep up

    @Test func `who sends more than the client takes is told to wait, and when to go on`() throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        let text = [UInt8](repeating: 0x78, count: 100_000)
        var count = 1
        while owner.socket.send(text) { count += 1 }
        server.runPosted()
        #expect(owner.drainedCount == 0)
        client.receive(textFrame("stop"))
        #expect(owner.texts == ["stop"], "the client is heard meanwhile")
        #expect(owner.takeSent(server, client).count == count * (10 + text.count))
        #expect(owner.drainedCount == 1)
    }

    @Test func `who sends pings and reads nothing is not read on until it does`() throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        owner.socket.stay()
        let ping = pingFrame(String(repeating: "x", count: 125))
        for _ in 0..<200 { client.receive(Array(repeatElement(ping, count: 50).joined())) }
        server.runPosted()
        #expect(!client.isReading && !client.input.isEmpty)
        let waiting = client.outputCount + (client.connection.answer?.body.count ?? 0)
        #expect(waiting < 500_000)
        client.receive(textFrame("end"))
        #expect(owner.takeSent(server, client).count == 10_000 * 127)
        #expect(client.isReading && owner.texts == ["end"])
    }

    @Test func `who may have to give way costs little, whatever it sends and does not read`() throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        let ping = pingFrame(String(repeating: "x", count: 125))
        for _ in 0..<200 { client.receive(Array(repeatElement(ping, count: 50).joined())) }
        #expect(!client.isReading && client.isPeerWatched)
        #expect(client.outputCount + (client.connection.answer?.body.count ?? 0) < 5000)
        server.runPosted()
        #expect(owner.takeSent(server, client).count == 10_000 * 127)
        #expect(client.isReading && !client.isPeerWatched)
    }

    @Test func `what is paused is left unread, from the next message on`() throws {
        let owner = WebSocketOwner { socket, _ in socket.pause() }
        let (server, client) = try owner.connect()
        client.receive(textFrame("a") + textFrame("b") + textFrame("c"))
        #expect(owner.texts == ["a"])
        #expect(!client.isReading)
        client.receive(textFrame("d"))
        for heard in [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]] {
            owner.socket.resume()
            server.runPosted()
            #expect(owner.texts == heard)
        }
        #expect(!client.isReading)
        owner.socket.resume()
        server.runPosted()
        #expect(client.isReading)
    }

    @Test func `a pause of the owner and one for pings that are not taken do not undo each other`() throws {
        let owner = WebSocketOwner()
        let (server, client) = try owner.connect()
        let pings = Array(repeatElement(pingFrame(String(repeating: "x", count: 125)), count: 5000).joined())
        client.receive(pings + textFrame("end"))
        server.runPosted()
        owner.socket.pause()
        owner.socket.resume()
        server.runPosted()
        #expect(!client.isReading && owner.texts == [], "the client has taken nothing")
        owner.socket.pause()
        _ = owner.takeSent(server, client)
        #expect(!client.isReading && owner.texts == [], "the owner wants nothing")
        owner.socket.resume()
        _ = owner.takeSent(server, client)
        #expect(client.isReading && owner.texts == ["end"])
    }

    // MARK: Giving way

    @Test func `a WebSocket gives way until it is to stay`() throws {
        for stays in [false, true] {
            let owner = WebSocketOwner { socket, _ in if stays { socket.stay() } }
            let (server, client) = try owner.connect { $0.maxConnections = 2 }
            client.receive(textFrame("x"))
            let others = (0..<2).map { _ in server.connect() }
            #expect(client.isClosed == !stays)
            #expect(others[0].isClosed == stays)
            #expect(owner.goneCount == (stays ? 0 : 1))
        }
    }

    @Test(arguments: [false, true])
    func `it may be told to stay from wherever, also before its answer`(_ isEarly: Bool) throws {
        let owner = WebSocketOwner()
        if isEarly { owner.socket.stay() }
        let (server, client) = try owner.connect { $0.maxConnections = 1 }
        if !isEarly { owner.socket.stay() }
        server.runPosted()
        _ = server.connect()
        #expect(!client.isClosed)
    }
}
