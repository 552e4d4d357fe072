import Synchronization

@testable import HTTP

/// A listener without a port and without a clock.
final class ListenerUnderTest {
    private final class Recorder: Observer {
        var events: [String] = []
        var open = 0

        func connectionOpened() { open += 1 }
        func connectionClosed() { open -= 1 }
        func connectionGaveWay() { events.append("gave way") }

        func answered(_ request: Request, _ response: Response, sent: Int) {
            events.append("\(response.status) \(request.path) \(sent)")
        }

        func clientGone(_ request: Request) { events.append("gone \(request.path)") }
    }

    struct Closure: Endpoint {
        let body: @Sendable (Request, Responder) -> Answer

        func respond(to request: Request, _ responder: Responder) -> Answer { body(request, responder) }
    }

    let loop: EventLoop
    private let recorder = Recorder()
    private let clock = FakeTransport.Clock()
    private(set) var listener: Listener!

    /// - Parameter endpoints: of POST and GET; those whose path begins with /open or /socket give way, those with /stream get
    ///   their bodies as they come, and of those with /socket, GET is for a WebSocket.
    init(
        _ endpoints: [String: @Sendable (Request, Responder) -> Answer] = [:],
        _ change: (inout Listener.Limits) -> Void = { _ in }
    ) throws {
        loop = try EventLoop()
        var limits = Listener.Limits(maxConnections: 100)
        change(&limits)
        let routes = endpoints.flatMap { path, body in
            let streamsBody = path.utf8.starts(with: "/stream".utf8)
            let isSocket = path.utf8.starts(with: "/socket".utf8)
            return [HTTP.Method.get, .post].map { method in
                Route(
                    method, PathPattern(path), givesWay: isSocket || path.utf8.starts(with: "/open".utf8),
                    maximumBodySize: streamsBody ? 1_000_000 : 1000, streamsBody: streamsBody,
                    upgrade: isSocket && method == .get ? "websocket" : nil, Closure(body: body))
            }
        }
        let router = Router(routes) { Response(status: $0.status, .bytes(Array("no\r\n".utf8)[...])) }
        listener = Listener(
            on: loop, router, limits, observer: recorder, singularFields: [], now: { [clock] in clock.now })
    }

    /// Answers with the request's body.
    static let echo: @Sendable (Request, Responder) -> Answer = { request, _ in
        .now(Response(contentType: "text/plain", .bytes(request.body.take()[...])))
    }

    /// What the observer was told.
    var events: [String] { recorder.events }
    var openCount: Int { recorder.open }

    func connect() -> FakeTransport {
        let transport = FakeTransport(clock)
        transport.connection = listener.open(transport)
        transport.connection.opened()
        return transport
    }

    /// So many seconds go by, and the connection, if it is open, is woken whenever it wanted to be.
    func wait(_ seconds: Double, _ transport: FakeTransport) {
        let end = clock.now + .seconds(seconds)
        while !transport.isClosed, transport.wakeTime <= end {
            clock.now = max(clock.now, transport.wakeTime)
            transport.connection.timeIsUp()
        }
        clock.now = end
    }

    /// Runs what other threads have posted.
    func runPosted() {
        loop.post { [loop] in loop.stop() }
        loop.run()
    }
}
