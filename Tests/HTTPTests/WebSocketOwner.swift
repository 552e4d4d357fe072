import Synchronization

@testable import HTTP

/// A WebSocket, what its owner was told, and connections that become it.
final class WebSocketOwner: Sendable {
    private struct State {
        var texts: [String] = []
        var goneCount = 0
        var drainedCount = 0
        var socket: WebSocket?
    }

    static let handshake = get(
        "/socket", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")

    private let state = Mutex(State())

    /// - Parameter onText: called with each text, when it is noted.
    init(_ onText: @escaping @Sendable (WebSocket, [UInt8]) -> Void = { _, _ in }) {
        let socket = WebSocket(
            maximumMessageSize: 1000, whenDrained: { [weak self] in self?.state.withLock { $0.drainedCount += 1 } },
            whenGone: { [weak self] in self?.state.withLock { $0.goneCount += 1 } },
            receive: { [weak self] text in
                guard let self else { return }
                state.withLock { $0.texts.append(String(decoding: text, as: UTF8.self)) }
                onText(self.socket, text)
            })
        state.withLock { $0.socket = socket }
    }

    var socket: WebSocket { state.withLock { $0.socket! } }
    var texts: [String] { state.withLock { $0.texts } }
    var goneCount: Int { state.withLock { $0.goneCount } }
    var drainedCount: Int { state.withLock { $0.drainedCount } }

    func serve(_ change: (inout Listener.Limits) -> Void = { _ in }) throws -> ListenerUnderTest {
        let socket = socket
        return try ListenerUnderTest(
            [
                "/socket": { request, _ in
                    do throws(WebSocketHandshake.Refusal) {
                        return .now(try socket.response(to: request.head))
                    } catch {
                        return .now(Response(status: error.status, .bytes([])))
                    }
                }
            ], change)
    }

    /// A client that has the WebSocket.
    func connect(
        isFresh: Bool = true, _ change: (inout Listener.Limits) -> Void = { _ in }
    ) throws -> (ListenerUnderTest, FakeTransport) {
        let server = try serve(change)
        let client = server.connect()
        client.receive(Self.handshake)
        client.drain()
        if isFresh { _ = takeSent(server, client) }
        return (server, client)
    }

    /// All that is sent until there is no more, which is forgotten.
    func takeSent(_ server: ListenerUnderTest, _ client: FakeTransport) -> [UInt8] {
        var sent: [UInt8] = []
        while true {
            // What the first ones post comes with the second ones.
            for _ in 0..<2 { server.runPosted() }
            let more = client.takeSentBytes()
            if more.isEmpty { return sent }
            sent += more
        }
    }
}
