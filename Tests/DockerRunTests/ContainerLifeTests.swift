import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import DockerRun

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private func client(_ daemon: StubDaemon) -> DockerClient {
    var settings = DockerSettings()
    settings.socketPath = daemon.path
    settings.readTimeout = 5
    return DockerClient(settings)
}

struct ReaperTests {
    @Test func `a container is removed until the daemon says that it is gone`() throws {
        let attempts = Atomic(0)
        let daemon = StubDaemon { method, _ in
            guard method == "DELETE" else { return nil }
            let attempt = attempts.wrappingAdd(1, ordering: .relaxed).newValue
            return attempt < 3 ? .answer(500, #"{"message":"not now"}"#) : nil
        }
        let ledger = ContainerLedger()
        let reaper = Reaper(client(daemon), ledger: ledger, runners: 1, logger: quiet)
        ledger.add("a")
        reaper.take("a")
        #expect(reaper.backlog == 1)
        try eventually("it is not removed") { ledger.count == 0 }
        #expect(reaper.backlog == 0)
        #expect(attempts.load(ordering: .relaxed) == 3)
    }

    @Test func `one that the daemon may still be creating is looked for again`() throws {
        let attempts = Atomic(0)
        let daemon = StubDaemon { method, _ in
            guard method == "DELETE" else { return nil }
            let attempt = attempts.wrappingAdd(1, ordering: .relaxed).newValue
            return attempt < 2 ? .answer(404, #"{"message":"no such container"}"#) : nil
        }
        let ledger = ContainerLedger()
        let reaper = Reaper(client(daemon), ledger: ledger, runners: 1, logger: quiet)
        ledger.add("a")
        reaper.take("a", mayAppear: true)
        try eventually("it is not removed") { ledger.count == 0 }
        #expect(attempts.load(ordering: .relaxed) == 2)
    }

    @Test func `a container that is to be kept is killed, and forgotten`() throws {
        let daemon = StubDaemon { _, _ in nil }
        let ledger = ContainerLedger()
        let reaper = Reaper(client(daemon), ledger: ledger, runners: 1, keepsContainers: true, logger: quiet)
        ledger.add("a")
        reaper.take("a")
        try eventually("it is not killed") { ledger.count == 0 }
        #expect(daemon.log == ["POST /containers/a/kill"])
    }

    @Test func `a removal that hangs holds up no other`() throws {
        let daemon = StubDaemon { method, path in method == "DELETE" && path.contains("/slow") ? .silence : nil }
        let ledger = ContainerLedger()
        let reaper = Reaper(client(daemon), ledger: ledger, runners: 2, logger: quiet)
        for name in ["slow", "a", "b", "c"] {
            ledger.add(name)
            reaper.take(name)
        }
        try eventually("the others are not removed") { ledger.count == 1 }
        #expect(ledger.contains("slow"))
    }
}

struct SweeperTests {
    private static func listed(_ name: String, _ instance: String) -> String {
        #"{"Names":["/\#(name)"],"Labels":{"docker-run.server":"s","docker-run.instance":"\#(instance)"}}"#
    }

    /// A sweeper that looks once and believes an instance dead after an instant, and what it has removed.
    private func removed(listing containers: [String], isAnswered: Bool, until: (StubDaemon) -> Bool) throws -> [String]
    {
        let daemon = StubDaemon { method, path in
            if path.hasPrefix("/containers/json") { return .answer(200, "[\(containers.joined(separator: ","))]") }
            guard path.hasPrefix("/volumes"), !isAnswered else { return nil }
            return method == "GET" ? .answer(200, #"{"Volumes":[{"Name":"q"}]}"#) : nil
        }
        let (docker, ledger) = (client(daemon), ContainerLedger())
        let times = Sweeper.Times(firstTime: .zero, interval: 3600, retry: 3600, answersWithin: .milliseconds(100))
        let sweeper = Sweeper(
            docker: docker, ledger: ledger, reaper: Reaper(docker, ledger: ledger, runners: 1, logger: quiet),
            identity: ServerIdentity(name: "s"), logger: quiet, times: times)
        sweeper.start()
        try eventually("it does not look: \(daemon.log)") { until(daemon) }
        return daemon.log.filter { $0.hasPrefix("DELETE /containers/") }
    }

    @Test func `what a dead process of the server left is removed`() throws {
        let removed = try removed(listing: [Self.listed("a", "dead"), Self.listed("b", "dead")], isAnswered: false) {
            $0.log.count { $0.hasPrefix("DELETE /containers/") } == 2
        }
        #expect(removed.sorted() == ["a", "b"].map { "DELETE /containers/\($0)?v=1&force=1" })
    }

    @Test func `what a process that answers runs is left alone`() throws {
        let removed = try removed(listing: [Self.listed("a", "alive")], isAnswered: true) { daemon in
            // It looks for its own questions when it is done with containers.
            daemon.log.count { $0.hasPrefix("GET /volumes?") } >= 2
        }
        #expect(removed.isEmpty)
    }
}

struct ContainerLauncherTests {
    @Test(arguments: [false, true])
    func `a container is asked for volumes unless its image is known to declare none`(_ isKnown: Bool) throws {
        let volume = #"{"Mounts":[{"Type":"volume","Destination":"/data","RW":true}]}"#
        let daemon = StubDaemon { _, path in
            if path.contains("/attach") { return .answersAtEnd([]) }
            return path.hasSuffix("/json") ? .answer(200, volume) : nil
        }
        let docker = client(daemon)
        let ledger = ContainerLedger()
        let reaper = Reaper(docker, ledger: ledger, runners: 1, logger: quiet)
        let launcher = ContainerLauncher(
            ContainerRecipe(ContainerSettings(), RunSettings(), labels: [:]), refusesVolumes: true, docker: docker,
            ledger: ledger, reaper: reaper, check: EngineCheck(ContainerSettings(), docker: docker, logger: quiet),
            warnings: EngineWarnings(quiet))
        let kind = ContainerKind(image: "any", runner: .image)
        let launch = { () throws(RunError) in
            try launcher.launch("a", kind, RunLimits(), of: isKnown ? KnownImage(id: "id") : nil, RunControl())
        }
        if isKnown {
            reaper.take(try launch())
        } else {
            #expect(throws: RunError.self) { try launch() }
        }
        try eventually("it is not removed: \(daemon.log)") { ledger.count == 0 }
        #expect(daemon.log.contains { $0.hasPrefix("GET /containers/a/json") } != isKnown)
    }
}

struct ContainerPoolTests {
    private let daemon: StubDaemon
    private let firstDies = Flag()
    private let ledger = ContainerLedger()
    private let pool: ContainerPool
    private static let kind = ContainerKind(image: "any", runner: .image)

    /// A pool in which always one container waits. An attach stream ends when its client has stopped writing.
    init() {
        daemon = StubDaemon { [firstDies] _, path in
            if path.contains("/docker-run-warm-test-1/attach") && firstDies.isSet { return StubDaemon.stream([]) }
            if path.contains("/attach") { return .answersAtEnd([]) }
            return path.hasPrefix("/containers/docker-run-warm") && path.hasSuffix("/json")
                ? .answer(200, #"{"Image":"id"}"#) : nil
        }
        let docker = client(daemon)
        let reaper = Reaper(docker, ledger: ledger, runners: 2, logger: quiet)
        let engine = EngineCheck(ContainerSettings(), docker: docker, logger: quiet)
        let launcher = ContainerLauncher(
            ContainerRecipe(ContainerSettings(), RunSettings(), labels: [:]), refusesVolumes: false,
            docker: docker, ledger: ledger, reaper: reaper, check: engine, warnings: EngineWarnings(quiet))
        var settings = RunService.Settings()
        settings.pool.maxIdle = 2
        settings.pool.images = [.init(image: "any", count: 1)]
        pool = ContainerPool(
            settings, docker: docker, launcher: launcher, engine: engine, ledger: ledger, reaper: reaper,
            instance: "test", logger: quiet)
    }

    private func awaitWaiting(_ count: Int) throws {
        try eventually("\(pool.idleByImage) wait: \(daemon.log)") { pool.idleByImage == ["any": count] }
    }

    @Test func `what is always wanted is made at the start, and made again when a run has taken it`() throws {
        pool.start()
        try awaitWaiting(1)
        let (run, container) = pool.begin(PoolRun(Self.kind))
        let taken = try #require(container)
        #expect(taken.image?.id == "id")
        pool.end(run, .warm)
        try eventually("none is made") { pool.idleByImage["any"] ?? 0 >= 1 }
        let (other, next) = pool.begin(PoolRun(Self.kind))
        #expect(next != nil && next?.name != taken.name)
        pool.end(other, .warm)
        #expect(pool.counters.hits == 2)
    }

    @Test func `the second container of an image is not inspected, as long as the name stands for that`() throws {
        func inspections() -> Int {
            daemon.log.count { $0.hasPrefix("GET /containers/docker-run-warm") && $0.contains("/json") }
        }
        pool.start()
        try awaitWaiting(1)
        let run = pool.begin(PoolRun(Self.kind)).run
        pool.end(run, .warm)
        try eventually("none is made") { pool.idleByImage["any"] ?? 0 >= 1 }
        #expect(pool.begin(PoolRun(Self.kind)).container?.image?.id == "id")
        #expect(inspections() == 1)
        pool.setCurrentImage("any", "another")
        try eventually("none is inspected: \(daemon.log)") { inspections() > 1 }
    }

    @Test func `a container that ends while it waits is removed, and another one is made`() throws {
        firstDies.set()
        pool.start()
        try eventually("\(pool.counters): \(daemon.log)") {
            pool.counters.deaths == 1 && pool.idleByImage == ["any": 1]
        }
        try eventually("it is not removed: \(daemon.log)") {
            daemon.log.contains { $0.hasPrefix("DELETE /containers/docker-run-warm-test-1?") }
        }
        #expect(pool.begin(PoolRun(Self.kind)).container?.name == "docker-run-warm-test-2")
    }

    @Test func `a name that stands for another image has what waits of the old one given up`() throws {
        pool.start()
        try awaitWaiting(1)
        let before = ledger.count
        #expect(before == 1)
        pool.setCurrentImage("any", "another")
        try eventually("the old one is not removed: \(daemon.log)") {
            daemon.log.contains { $0.hasPrefix("DELETE /containers/docker-run-warm-test-1?") }
        }
    }

    @Test func `close gives up everything, and nothing is made any more`() throws {
        pool.start()
        try awaitWaiting(1)
        pool.close()
        try eventually("containers are left: \(daemon.log)") { ledger.count == 0 }
        let (run, container) = pool.begin(PoolRun(Self.kind))
        #expect(container == nil)
        pool.end(run, .cold)
        #expect(ledger.count == 0)
    }
}
