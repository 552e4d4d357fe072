import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import DockerRun

/// Runs whose limits a container that waits has to be given first, with a daemon of the test's own.
struct ContainerUpdateTests {
    private static let result = #"{"from":"the stub"}"#

    /// A daemon whose containers answer when they have their payload.
    ///
    /// - Parameter update: the answer to the call of this number, from 1 on.
    private func daemon(
        update: @escaping @Sendable (Int) -> StubDaemon.Reply = { _ in .answer(200, #"{"Warnings":null}"#) }
    ) -> StubDaemon {
        let updates = Atomic(0)
        return StubDaemon { _, path in
            if path.contains("/attach") { return .answersAtEnd(StubDaemon.frame(1, Self.result)) }
            if path.hasPrefix("/images/") { return .answer(200, #"{"Id":"id"}"#) }
            if path.hasSuffix("/update") { return update(updates.wrappingAdd(1, ordering: .relaxed).newValue) }
            return path.hasSuffix("/json") && path.hasPrefix("/containers/docker")
                ? .answer(200, #"{"Image":"id","State":{"Running":true,"OOMKilled":false}}"#) : nil
        }
    }

    private func service(_ daemon: StubDaemon, images: [String] = ["any"]) -> RunService {
        var settings = RunService.Settings()
        settings.docker.socketPath = daemon.path
        settings.docker.readTimeout = 5
        settings.pool.maxIdle = images.count
        settings.pool.images = images.map { .init(image: $0, count: 1) }
        settings.container.imageRuntimes = [.init(pattern: ImagePattern("other"), runtime: "other")]
        let service = RunService(
            settings, name: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        service.start()
        return service
    }

    /// Runs something as soon as a container waits for it.
    private func run(_ service: RunService, _ limits: RunLimits, image: String = "any") throws -> RunReport {
        try eventually("no container waits") { service.statistics.idleByImage[image] == 1 }
        let reports = Mutex<[RunReport]>([])
        _ = try service.submit(RunRequest(image: image, payload: Array("{}".utf8)[...], limits: limits)) { event in
            if case .ended(let report) = event { reports.withLock { $0.append(report) } }
        }
        try eventually("the run does not end") { reports.withLock { !$0.isEmpty } }
        let report = reports.withLock { $0[0] }
        #expect(String(decoding: try report.result.get(), as: UTF8.self) == Self.result)
        return report
    }

    private func updates(_ daemon: StubDaemon) -> Int { daemon.log.count { $0.hasSuffix("/update") } }

    @Test func `a run without limits of the container makes no call for them`() throws {
        let daemon = daemon()
        let service = service(daemon)
        defer { service.close() }
        for limits in [RunLimits(), RunLimits(executionTime: .seconds(1), outputSize: 2000)] {
            let report = try run(service, limits)
            #expect(report.timings.isWarm && report.timings.update == nil)
        }
        #expect(updates(daemon) == 0)
    }

    @Test(arguments: [RunLimits(memory: 64 << 20), RunLimits(pids: 10), RunLimits(memory: 64 << 20, pids: 10)])
    func `one call gives a waiting container its limits, and the run is warm`(_ limits: RunLimits) throws {
        let daemon = daemon()
        let service = service(daemon)
        defer { service.close() }
        let report = try run(service, limits)
        #expect(report.timings.isWarm && report.timings.update != nil)
        #expect(updates(daemon) == 1)
        #expect(daemon.log.contains("POST /containers/\(report.container ?? "")/update"))
    }

    @Test func `a call that is refused makes the run cold, and is not made again for the same runtime`() throws {
        let daemon = daemon { _ in .answer(500, #"{"message":"unknown command: update"}"#) }
        let service = service(daemon, images: ["any", "other"])
        defer { service.close() }
        let first = try run(service, RunLimits(pids: 10))
        #expect(!first.timings.isWarm && first.timings.retry != nil && first.timings.update == nil)
        let calls = updates(daemon)
        let second = try run(service, RunLimits(pids: 10))
        #expect(!second.timings.isWarm && second.timings.retry == nil)
        #expect(updates(daemon) == calls)
        #expect(try run(service, RunLimits()).timings.isWarm)
        #expect(try run(service, RunLimits(pids: 10), image: "other").timings.retry != nil)
        #expect(updates(daemon) == 2 * calls)
    }

    @Test func `a container that holds too much makes its run cold, and the next one may be warm`() throws {
        let daemon = daemon { number in
            number == 1 ? .answer(500, #"{"message":"device or resource busy"}"#) : .answer(200, "{}")
        }
        let service = service(daemon)
        defer { service.close() }
        #expect(try !run(service, RunLimits(memory: 16 << 20)).timings.isWarm)
        #expect(try run(service, RunLimits(memory: 16 << 20)).timings.isWarm)
    }

    @Test func `a container that was killed when it got less memory has its run done by a cold one`() throws {
        let attached = Atomic(0)
        let isKilled = Flag()
        let daemon = StubDaemon { _, path in
            if path.contains("/attach") {
                let isFirst = attached.wrappingAdd(1, ordering: .relaxed).newValue == 1
                return .answersAtEnd(isFirst ? [] : StubDaemon.frame(1, Self.result))
            }
            if path.hasPrefix("/images/") { return .answer(200, #"{"Id":"id"}"#) }
            if path.hasSuffix("/update") {
                isKilled.set()
                return .answer(200, "{}")
            }
            guard path.hasSuffix("/json") && path.hasPrefix("/containers/docker") else { return nil }
            return .answer(200, #"{"Image":"id","State":{"Running":false,"OOMKilled":\#(isKilled.isSet)}}"#)
        }
        let service = service(daemon)
        defer { service.close() }
        let report = try run(service, RunLimits(memory: 16 << 20))
        #expect(!report.timings.isWarm && report.timings.retry != nil)
    }

    @Test func `an Engine that cannot keep a limit is not asked for it`() throws {
        let daemon = StubDaemon { _, path in
            path == "/info" ? .answer(200, #"{"PidsLimit":false,"MemoryLimit":true,"NCPU":2}"#) : nil
        }
        var settings = RunService.Settings()
        settings.docker.socketPath = daemon.path
        settings.pool.maxIdle = 0
        settings.container.optionalLimits = [.pids]
        let service = RunService(
            settings, name: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for (limits, reason) in [
            (RunLimits(pids: 10), #""limits.pids" is not to be had: the Docker Engine here cannot keep such a limit"#),
            (
                RunLimits(nanoCPUs: 3_000_000_000),
                #""limits.cpus" must be from 0.01 to 2 (the CPUs of the Docker Engine)"#
            ),
        ] {
            let errors = Mutex<[RunError]>([])
            _ = try service.submit(RunRequest(image: "any", payload: Array("{}".utf8)[...], limits: limits)) { event in
                guard case .ended(let report) = event, case .failure(let error) = report.result else { return }
                errors.withLock { $0.append(error) }
            }
            try eventually("it does not end") { errors.withLock { $0 == [.limits(reason)] } }
        }
        #expect(!daemon.log.contains { $0.contains("/create") })
    }
}
