import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import DockerRun

/// The door of the library, with a daemon of the test's own behind it.
struct RunServiceTests {
    private static let result = #"{"stdout":"from the stub"}"#
    private static let request = RunRequest(image: "any", payload: Array("{}".utf8)[...])

    private func service(
        _ daemon: StubDaemon, _ change: (inout RunService.Settings) -> Void = { _ in }
    ) -> RunService {
        var settings = RunService.Settings()
        settings.docker.socketPath = daemon.path
        settings.docker.readTimeout = 5
        settings.pool.maxIdle = 0
        change(&settings)
        return RunService(settings, name: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A daemon whose containers say nothing and never end.
    private func silentDaemon() -> StubDaemon {
        StubDaemon { _, path in path.contains("/attach") ? .openStream([]) : nil }
    }

    private static let events = #"{"stdout":{"text":"x"}}{"result":\#(result)}"#

    /// For a runner that knows how to say what goes on.
    private func streamingRequest() -> RunRequest {
        RunRequest(image: "any", runner: .builtin, payload: Array("{}".utf8)[...], streams: true)
    }

    private func streamingDaemon() -> StubDaemon {
        StubDaemon { _, path in path.contains("/attach") ? StubDaemon.stream(StubDaemon.frame(1, Self.events)) : nil }
    }

    @Test func `a run tells that it has started, then what its runner says, then how it has ended`() throws {
        let daemon = streamingDaemon()
        let service = service(daemon) { $0.container.builtinRunner = .path("/code-runner") }
        let events = Events()
        let run = try service.submit(streamingRequest(), observe: events.add)
        let all = try events.awaitEnd()
        #expect(all.map(\.name) == ["started", "stdout", "ended"])
        #expect(all[0].text == "docker-run-\(run.id) cold")
        #expect(all[1].text == #"{"text":"x"}"#)
        #expect(all[2].text == Self.result)
    }

    @Test func `a runner that does not know how to say more is asked for its result alone`() throws {
        let daemon = StubDaemon { _, _ in nil }
        let events = Events()
        var request = Self.request
        request.streams = true
        _ = try service(daemon).submit(request, observe: events.add)
        let all = try events.awaitEnd()
        #expect(all.map(\.name) == ["started", "ended"])
        #expect(all[1].text == Self.result)
    }

    @Test func `while a run is paused nothing of it is read, and its time goes on`() throws {
        let daemon = streamingDaemon()
        let service = service(daemon) {
            $0.container.builtinRunner = .path("/code-runner")
            $0.run.maxExecutionTime = 1
        }
        let (paused, resumed) = (Events(), Events())
        let control = RunControl()
        control.pause()
        _ = try service.submit(id: "paused", control: control, observe: paused.add) { [self] in streamingRequest() }
        #expect(try paused.awaitEnd().last?.error == .executionTime)
        #expect(paused.all.map(\.name) == ["started", "ended"])
        let other = RunControl()
        other.pause()
        _ = try service.submit(id: "resumed", control: other, observe: resumed.add) { [self] in streamingRequest() }
        try eventually("it has not begun") { !resumed.all.isEmpty }
        other.resume()
        #expect(try resumed.awaitEnd().last?.text == Self.result)
    }

    @Test func `what a runner of another image says is nobody's event`() throws {
        let attached = Atomic(0)
        let daemon = StubDaemon { _, path in
            if path.contains("/attach") {
                let isFirst = attached.wrappingAdd(1, ordering: .relaxed).newValue == 1
                let text = isFirst ? #"{"stdout":{"text":"old"}}"# : Self.events
                return isFirst ? .openStream(StubDaemon.frame(1, text)) : StubDaemon.stream(StubDaemon.frame(1, text))
            }
            if path.hasPrefix("/images/") { return .answer(200, #"{"Id":"new"}"#) }
            return path.hasSuffix("/json") ? .answer(200, #"{"Image":"old"}"#) : nil
        }
        let service = service(daemon) {
            $0.container.builtinRunner = .path("/code-runner")
            $0.pool.maxIdle = 1
            $0.pool.images = [.init(image: "any", count: 1, runner: .builtin)]
        }
        service.start()
        defer { service.close() }
        try eventually("no container waits") { service.statistics.idleByImage == ["any": 1] }
        let events = Events()
        _ = try service.submit(streamingRequest(), observe: events.add)
        let all = try events.awaitEnd()
        try #require(all.map(\.name) == ["started", "stdout", "ended"], "\(all) \(daemon.log)")
        #expect(all[0].text.hasSuffix(" cold"))
        #expect(all[1].text == #"{"text":"x"}"#)
    }

    /// A daemon whose containers have exited with this code, of which the first ones' output is lost.
    private func losingDaemon(_ losses: Int, exitCode: Int) -> StubDaemon {
        let attached = Atomic(0)
        return StubDaemon { _, path in
            if path.contains("/attach") {
                let isLost = attached.wrappingAdd(1, ordering: .relaxed).newValue <= losses
                return isLost ? .answersAtEnd([]) : nil
            }
            let state = #"{"Image":"a","State":{"Running":false,"OOMKilled":false,"ExitCode":\#(exitCode)}}"#
            return path.hasPrefix("/containers/docker") && path.hasSuffix("/json") ? .answer(200, state) : nil
        }
    }

    @Test func `a result that the daemon has lost is made once more, where nobody can see that it was`() throws {
        for (losses, exitCode, isAlone, text) in [
            (1, 0, true, Self.result), (2, 0, true, "coderunner.stdout.decode"),
            (1, 0, false, "coderunner.stdout.decode"), (1, 3, true, "coderunner.stdout.decode"),
        ] {
            let daemon = losingDaemon(losses, exitCode: exitCode)
            let events = Events()
            let service = service(daemon) { $0.container.networkDisabled = isAlone }
            _ = try service.submit(Self.request, observe: events.add)
            #expect(try events.awaitEnd().last?.text == text, "\(losses) \(exitCode) \(isAlone)")
            let created = daemon.log.count { $0.hasPrefix("POST /containers/create") }
            #expect(created == (exitCode == 0 && isAlone ? 2 : 1))
            service.close()
        }
    }

    @Test(arguments: [(true, "limits.memory"), (false, "coderunner.stdout.decode")])
    func `that a container was killed for its memory may be known only after its end`(
        _ isKnown: Bool, _ text: String
    ) throws {
        let asked = Atomic(0)
        let daemon = StubDaemon { _, path in
            if path.contains("/attach") { return .answersAtEnd([]) }
            guard path.hasPrefix("/containers/docker") && path.hasSuffix("/json") else { return nil }
            let isKilled = isKnown && asked.wrappingAdd(1, ordering: .relaxed).newValue > 2
            return .answer(
                200, #"{"Image":"a","State":{"Running":false,"OOMKilled":\#(isKilled),"ExitCode":137}}"#)
        }
        let events = Events()
        let service = service(daemon)
        defer { service.close() }
        _ = try service.submit(Self.request, observe: events.add)
        #expect(try events.awaitEnd().last?.text == text)
        #expect(daemon.log.count { $0.hasPrefix("POST /containers/create") } == 1)
    }

    @Test func `a run that waits for a worker ends as soon as it is cancelled, and leaves its place`() throws {
        let daemon = silentDaemon()
        let service = service(daemon) { $0.queueSize = 1 }
        let (first, second, third) = (Events(), Events(), Events())
        let running = try service.submit(Self.request, observe: first.add)
        let waiting = try service.submit(Self.request, observe: second.add)
        #expect(throws: RunService.Rejection.full) { try service.submit(Self.request, observe: third.add) }
        waiting.cancel()
        #expect(try second.awaitEnd().map(\.text) == ["cancelled"])
        #expect(service.statistics.waitingRuns == 0)
        running.cancel()
        #expect(try first.awaitEnd().last?.text == "cancelled")
        #expect(third.all.isEmpty)
    }

    @Test func `close cancels what waits and what goes on, takes nothing more, and leaves no container`() throws {
        let daemon = silentDaemon()
        let service = service(daemon)
        let (first, second) = (Events(), Events())
        _ = try service.submit(Self.request, observe: first.add)
        _ = try service.submit(Self.request, observe: second.add)
        try eventually("the run has not begun") { !first.all.isEmpty }
        service.close()
        #expect(try first.awaitEnd().last?.text == "cancelled")
        #expect(try second.awaitEnd().map(\.text) == ["cancelled"])
        #expect(throws: RunService.Rejection.closed) { try service.submit(Self.request, observe: first.add) }
        let isEmpty = Atomic(false)
        service.whenEmpty { isEmpty.store(true, ordering: .relaxed) }
        try eventually("a container is left") { isEmpty.load(ordering: .relaxed) }
        #expect(service.containerCount == 0)
        #expect(daemon.log.contains { $0.hasPrefix("DELETE /containers/docker-run-") })
    }

    @Test func `a service that drains gives up what waits, and goes on with runs`() throws {
        let daemon = StubDaemon { _, path in
            path.hasSuffix("/json") && path.hasPrefix("/containers/docker") ? .answer(200, #"{"Image":"a"}"#) : nil
        }
        let service = service(daemon)
        service.drain(refusingRuns: false)
        let events = Events()
        _ = try service.submit(Self.request, observe: events.add)
        #expect(try events.awaitEnd().last?.text == Self.result)
        service.drain(refusingRuns: true)
        #expect(throws: RunService.Rejection.closed) { try service.submit(Self.request, observe: events.add) }
    }

    @Test func `a run has its own limit of output where it asks for one, and else the service's`() throws {
        let daemon = StubDaemon { _, path in
            path.contains("/attach") ? StubDaemon.stream(StubDaemon.frame(1, String(repeating: " ", count: 3000))) : nil
        }
        let service = service(daemon) { $0.run.maxOutputSize = 2000 }
        for (size, limit) in [(1500, 1500), (nil, 2000)] {
            let events = Events()
            var request = Self.request
            request.limits.outputSize = size
            _ = try service.submit(request, observe: events.add)
            #expect(try events.awaitEnd().last?.error == .outputSize(limit))
        }
    }

    @Test func `limits beyond the service's, or a payload that leaves no room for them, cost the daemon no call`()
        throws
    {
        let daemon = StubDaemon { _, _ in nil }
        let service = service(daemon)
        for (limits, payload, code) in [
            (RunLimits(outputSize: 100_001), "{}", "request.limits"),
            (RunLimits(executionTime: .seconds(11)), "{}", "request.limits"),
            (RunLimits(outputSize: 2000), #"{"docker-run":1}"#, "request.body"),
        ] {
            let events = Events()
            let request = RunRequest(image: "any", payload: Array(payload.utf8)[...], limits: limits)
            _ = try service.submit(request, observe: events.add)
            #expect(try events.awaitEnd().map { $0.error?.code } == [code])
        }
        #expect(daemon.log.isEmpty)
    }

    @Test func `a run without limits of time and output costs the daemon no look at its container`() throws {
        let daemon = StubDaemon { _, _ in nil }
        let service = service(daemon)
        for isLimited in [false, true] {
            let events = Events()
            var request = Self.request
            request.limits.outputSize = isLimited ? 2000 : nil
            _ = try service.submit(request, observe: events.add)
            _ = try events.awaitEnd()
            #expect(
                daemon.log.contains { $0.hasPrefix("GET /containers/docker-run-") && $0.hasSuffix("/json") }
                    == isLimited)
        }
    }

    @Test func `a run's own limit of time ends it, a second later at most`() throws {
        let events = Events()
        var request = Self.request
        request.limits.executionTime = .milliseconds(100)
        let daemon = silentDaemon()
        _ = try service(daemon).submit(request, observe: events.add)
        #expect(try events.awaitEnd().last?.error == .executionTime)
        #expect(daemon.log.contains { $0.hasSuffix("/start") })
    }

    @Test func `what may not be run costs the daemon no call`() throws {
        let daemon = StubDaemon { _, _ in nil }
        let service = service(daemon) { $0.run.allowedImages = [ImagePattern("good/*")] }
        for (image, runner, code) in [
            ("bad/a", RunRequest.CodeRunner.image, "image.not_allowed"), ("good/a", .builtin, "request.body"),
        ] {
            let events = Events()
            let request = RunRequest(image: image, runner: runner, payload: Self.request.payload)
            _ = try service.submit(request, observe: events.add)
            #expect(try events.awaitEnd().map { $0.error?.code } == [code])
        }
        #expect(daemon.log.isEmpty)
    }

    @Test func `a request that cannot be prepared ends its run with the reason`() throws {
        let events = Events()
        _ = try service(StubDaemon { _, _ in nil }).submit(id: "1", observe: events.add) { () throws(RunError) in
            throw .request("no")
        }
        #expect(try events.awaitEnd().map(\.error) == [.request("no")])
    }
}

/// The events of a run, in the order in which they came.
private final class Events: Sendable {
    struct Event {
        var name: String
        var text: String
        var error: RunError?
    }

    private let events = Mutex<[Event]>([])

    var all: [Event] { events.withLock(\.self) }

    func add(_ event: RunEvent) {
        let event =
            switch event {
            case .started(let container, let isWarm):
                Event(name: "started", text: "\(container) \(isWarm ? "warm" : "cold")")
            case .runner(let event):
                Event(name: event.name.rawValue, text: String(decoding: event.value, as: UTF8.self))
            case .ended(let report):
                switch report.result {
                case .success(let object): Event(name: "ended", text: String(decoding: object, as: UTF8.self))
                case .failure(let error): Event(name: "ended", text: error.code, error: error)
                }
            }
        events.withLock { $0.append(event) }
    }

    func awaitEnd() throws -> [Event] {
        try eventually("the run does not end") { all.last?.name == "ended" }
        return all
    }
}
