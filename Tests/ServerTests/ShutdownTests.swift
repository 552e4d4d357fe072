import DockerRun
import Foundation
import HTTP
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Server

/// What signals do to a server, without a process and with a daemon of the test's own.
struct ShutdownTests {
    @Test func `with nothing to wait for, the first signal ends the server well`() throws {
        let server = try ServerThatEnds(StubDaemon { _, _ in nil })
        server.signal()
        #expect(try server.awaitStatus() == 0)
    }

    @Test func `a run that goes on may finish, and what waits for a worker is refused`() throws {
        let gate = Gate()
        let server = try ServerThatEnds(gate.daemon())
        let running = try server.run()
        try eventually("it does not run") { gate.isAsked }
        let waiting = try server.run()
        server.signal()
        #expect(try waiting.awaitEnd() == "cancelled")
        #expect(!server.hasEnded && running.end == nil)
        #expect(throws: RunService.Rejection.closed) { try server.run() }
        gate.open()
        #expect(try running.awaitEnd() == "good")
        #expect(try server.awaitStatus() == 0)
    }

    @Test func `where the socket is handed over, what waits may run, too`() throws {
        let gate = Gate()
        let server = try ServerThatEnds(gate.daemon(), handsOver: true)
        let running = try server.run()
        let waiting = try server.run()
        try eventually("it does not run") { gate.isAsked }
        server.signal()
        gate.open()
        #expect(try running.awaitEnd() == "good")
        #expect(try waiting.awaitEnd() == "good")
        server.service.close()
        #expect(try server.awaitStatus() == 0)
    }

    @Test func `after the grace, runs are cancelled, and their containers removed`() throws {
        let daemon = Self.silentDaemon()
        let server = try ServerThatEnds(daemon, .init(grace: 0.01))
        let run = try server.run()
        try eventually("it does not run") { server.service.containerCount == 1 }
        server.signal()
        #expect(try run.awaitEnd() == "cancelled")
        #expect(try server.awaitStatus() == 0)
        #expect(daemon.log.contains { $0.hasPrefix("DELETE /containers/docker-run-") })
    }

    @Test func `a second signal cancels runs within the grace, and is told by the status`() throws {
        let server = try ServerThatEnds(Self.silentDaemon())
        let run = try server.run()
        try eventually("it does not run") { server.service.containerCount == 1 }
        server.signal()
        server.signal()
        #expect(try run.awaitEnd() == "cancelled")
        #expect(try server.awaitStatus() == 1)
    }

    @Test func `containers that do not go are waited for only so long, and told of`() throws {
        let server = try ServerThatEnds(
            Self.silentDaemon(removing: .silence), .init(grace: 0.01, removal: 0.2, hurriedRemoval: 3600))
        _ = try server.run()
        try eventually("it does not run") { server.service.containerCount == 1 }
        server.signal()
        #expect(try server.awaitStatus() == 1)
        #expect(server.messages.contains("containers were left, to be removed at the next start"))
    }

    @Test func `a third signal ends the server at once`() throws {
        let server = try ServerThatEnds(
            Self.silentDaemon(removing: .silence), .init(grace: 3600, removal: 3600, hurriedRemoval: 3600))
        let run = try server.run()
        try eventually("it does not run") { server.service.containerCount == 1 }
        server.signal()
        server.signal()
        #expect(try run.awaitEnd() == "cancelled")
        #expect(!server.hasEnded)
        server.signal()
        #expect(try server.awaitStatus() == 1)
    }

    /// A daemon whose containers say nothing and never end.
    private static func silentDaemon(removing: StubDaemon.Reply? = nil) -> StubDaemon {
        StubDaemon { method, path in
            if method == "DELETE" { return removing }
            return path.contains("/attach") ? .openStream([]) : nil
        }
    }
}

/// Holds containers' output back.
private final class Gate: Sendable {
    private let condition = Mutex(false)
    private let asked = Mutex(false)

    var isAsked: Bool { asked.withLock(\.self) }

    func open() { condition.withLock { $0 = true } }

    func daemon() -> StubDaemon {
        StubDaemon { _, path in
            guard path.contains("/attach") else { return nil }
            self.asked.withLock { $0 = true }
            try? eventually("the gate stays shut") { self.condition.withLock(\.self) }
            return nil
        }
    }
}

/// The parts of a server that end, on a thread of their own.
private final class ServerThatEnds: Sendable {
    let service: RunService
    private let daemon: StubDaemon
    private let loop: EventLoop
    private let shutdown: Shutdown
    private let log = MessageLog()
    private let status = Mutex<Int32?>(nil)

    init(_ daemon: StubDaemon, _ times: Shutdown.Times = .init(grace: 3600), handsOver: Bool = false) throws {
        self.daemon = daemon
        var settings = RunService.Settings()
        settings.docker.socketPath = daemon.path
        settings.workers = 1
        settings.pool.maxIdle = 0
        let logger = Logger(label: "test") { [log] _ in log }
        service = RunService(settings, name: "test", logger: logger)
        loop = try EventLoop()
        let listener = Listener(
            on: loop, Router([]) { Response($0) }, Listener.Limits(maxConnections: 1),
            observer: RequestObserver(RequestLog(.init(), sink: LogSink(.text)), RequestMetrics()))
        shutdown = Shutdown(
            times, loop: loop, listener: listener, service: service,
            inquiries: [WorkerPool(name: "version", .service, workers: 1, capacity: 1)],
            dialogues: Dialogues(), readiness: Readiness(service), notifier: ServiceNotifier([:]), handsOver: handsOver,
            logger: logger)
        Thread.detachNewThread { [self] in
            loop.run()
            status.withLock { $0 = shutdown.status }
        }
    }

    var hasEnded: Bool { status.withLock { $0 != nil } }
    var messages: [String] { log.messages }

    func signal() { loop.post { self.shutdown.signalled() } }

    func awaitStatus() throws -> Int32? {
        try eventually("it does not end") { hasEnded }
        return status.withLock(\.self)
    }

    func run() throws -> RunUnderTest {
        let run = RunUnderTest()
        _ = try service.submit(RunRequest(image: "any", payload: Array("{}".utf8)[...]), observe: run.observe)
        return run
    }
}

private final class RunUnderTest: Sendable {
    private let text = Mutex<String?>(nil)

    /// "good", or the code of the error.
    var end: String? { text.withLock(\.self) }

    func observe(_ event: RunEvent) {
        guard case .ended(let report) = event else { return }
        text.withLock { $0 = if case .failure(let error) = report.result { error.code } else { "good" } }
    }

    func awaitEnd() throws -> String? {
        try eventually("the run does not end") { end != nil }
        return end
    }
}

private final class MessageLog: LogHandler, Sendable {
    private let all = Mutex<[String]>([])

    var messages: [String] { all.withLock(\.self) }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { all.withLock { $0.append("\(event.message)") } }
}
