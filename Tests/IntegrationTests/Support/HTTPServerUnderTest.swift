import DockerRun
import Foundation
import Glibc
import HTTP
import Synchronization
import Testing

@testable import Server

/// A listener in this process, with the limits and endpoints that a test wants, on a thread of its own.
final class HTTPServerUnderTest: @unchecked Sendable {
    static let token = "secret"

    let port: Int
    let metrics = RequestMetrics()
    private let loop: EventLoop
    private let listener: HTTP.Listener
    private let log = FileManager.default.temporaryDirectory.appending(path: "http-test-\(UUID().uuidString).log")
    private let logFile: FileHandle
    private let sink: LogSink
    private let ended = DispatchGroup()

    /// - Parameter endpoints: POST to any of these paths takes the token; GET / does not, and is always there.
    init(
        _ endpoints: [String: @Sendable (Request, Responder) -> Answer] = [:], maxBodySize: Int = 1 << 20,
        _ change: (inout HTTP.Listener.Limits) -> Void = { _ in }
    ) throws {
        try Data().write(to: log)
        logFile = try FileHandle(forWritingTo: log)
        sink = LogSink(.text, descriptor: logFile.fileDescriptor)
        var limits = HTTP.Listener.Limits(maxConnections: 1000)
        limits.checkInterval = 0.05
        change(&limits)
        var settings = ServerSettings()
        settings.accessTokens = [Self.token]
        let access = Access(tokens: AccessTokens(settings), maxBodySize: maxBodySize)
        let information = Closure { _, _ in .now(Response(json: ["name": "test"])) }
        let routes =
            [access.open(.get, "/", information)]
            + endpoints.map { access.withToken(.post, PathPattern($0), Closure(body: $1)) }
        let loop = try EventLoop()
        self.loop = loop
        let listener = HTTP.Listener(
            on: loop, Router(routes) { Response($0) }, limits,
            observer: RequestObserver(RequestLog(LogSettings(), sink: sink), metrics), singularFields: Access.fields)
        self.listener = listener
        port = try listener.listen(at: SocketAddress(address: "127.0.0.1", port: 0))
        ended.enter()
        Thread.detachNewThread { [ended] in
            loop.run()
            ended.leave()
        }
    }

    deinit {
        // It is for the loop's thread, on which it is used here.
        nonisolated(unsafe) let listener = listener
        loop.post { [loop] in
            listener.closeAll()
            loop.stop()
        }
        ended.wait()
        // What is written later would go to whoever has the descriptor by then.
        sink.flush()
        try? FileManager.default.removeItem(at: log)
    }

    var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    func connect() throws -> TestClient { try TestClient(.port(port)) }

    /// The head of a request that has the token.
    static func post(_ path: String, _ fields: String = "Content-Length: 0") -> String {
        "POST \(path) HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(token)\r\n\(fields)\r\n\r\n"
    }

    private struct Closure: Endpoint {
        let body: @Sendable (Request, Responder) -> Answer

        func respond(to request: Request, _ responder: Responder) -> Answer { body(request, responder) }
    }
}

/// An endpoint whose answers come when a test says so.
final class LateEndpoint: Sendable {
    private let responders = Mutex<[Responder]>([])

    var waiting: Int { responders.withLock(\.count) }

    func respond(_ request: Request, _ responder: Responder) -> Answer {
        responders.withLock { $0.append(responder) }
        return .later {}
    }

    func answerAll() {
        for responder in responders.withLock({ $0 }) { responder.send(Response(json: ["is": "late"])) }
    }
}

extension TestClient {
    /// Whether something is there to be read, or the connection has ended, within so many seconds.
    func hasNews(within seconds: Double) -> Bool { poll(POLLIN, within: seconds) }

    /// Whether the kernel takes something to be sent within so many seconds.
    func canSend(within seconds: Double) -> Bool { poll(POLLOUT, within: seconds) }

    /// Whether the peer has closed or reset the connection, whatever of its answers is not read: POLLRDHUP of poll(2).
    var isCutOff: Bool { poll(0x2000, within: 0) }

    private func poll(_ events: Int32, within seconds: Double) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return Glibc.poll(&poller, 1, Int32(seconds * 1000)) == 1
    }
}
