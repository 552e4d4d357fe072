import Foundation
import Logging
import Testing

@testable import DockerRun

struct EngineCheckTests {
    private static let good = #"{"MemoryLimit":true,"SwapLimit":true,"PidsLimit":true,"CpuCfsQuota":true,"#

    private func faults(_ info: String, _ change: (inout ContainerSettings) -> Void = { _ in }) throws -> [String] {
        var settings = ContainerSettings()
        change(&settings)
        let check = EngineCheck(settings, docker: DockerClient(DockerSettings()), logger: Logger(label: "test"))
        return check.faults(try JSONDecoder().decode(DockerInfo.self, from: Data(info.utf8)))
    }

    @Test func `an engine that keeps all limits, or does not say, has no faults`() throws {
        #expect(try faults(Self.good + #""Runtimes":{"runc":{"path":"runc"}}}"#).isEmpty)
        #expect(try faults("{}").isEmpty)
    }

    @Test(arguments: [
        ("MemoryLimit", "memory", "DOCKER_CONTAINER_MEMORY"), ("SwapLimit", "swap", "DOCKER_CONTAINER_MEMORY"),
        ("PidsLimit", "pids", "DOCKER_CONTAINER_PIDS_LIMIT"), ("CpuCfsQuota", "cpus", "DOCKER_CONTAINER_CPUS"),
    ])
    func `a limit that cannot hold is a fault that names it, unless it is optional`(
        _ field: String, _ limit: String, _ variable: String
    ) throws {
        let info = "{\"\(field)\":false}"
        let faults = try faults(info) { $0.nanoCPUs = 1 }
        try #require(faults.count == 1)
        #expect(faults[0].hasPrefix(variable + ": "))
        #expect(faults[0].contains("add \(limit) to DOCKER_CONTAINER_OPTIONAL_LIMITS"))
        #expect(
            try self.faults(info) {
                $0.nanoCPUs = 1
                $0.optionalLimits = [ContainerSettings.OptionalLimit(rawValue: limit)!]
            }.isEmpty)
    }

    @Test func `a limit of CPUs that nobody set need not hold`() throws {
        #expect(try faults(#"{"CpuCfsQuota":false}"#).isEmpty)
    }

    @Test(arguments: [("1", 2), ("2", 0)])
    func `what Podman says of swap and CPUs counts with cgroups v1 only`(_ version: String, _ count: Int) throws {
        let info =
            #"{"MemoryLimit":true,"SwapLimit":false,"CpuCfsQuota":false,"PidsLimit":true,"BuildahVersion":"1.39.3","#
            + "\"CgroupVersion\":\"\(version)\"}"
        #expect(try faults(info) { $0.nanoCPUs = 1 }.count == count)
    }

    @Test func `a runtime that the engine does not have is a fault that says which it has`() throws {
        let info = Self.good + #""Runtimes":{"runc":{},"crun":{}},"DefaultRuntime":"runc"}"#
        #expect(try faults(info) { $0.runtime = "crun" }.isEmpty)
        #expect(
            try faults(info) {
                $0.runtime = "runsc"
                $0.imageRuntimes = [.init(pattern: ImagePattern("*"), runtime: "kata")]
            } == [
                "RUN_RUNTIMES: this Docker Engine has no runtime kata, only crun, runc; see its daemon.json",
                "DOCKER_CONTAINER_RUNTIME: this Docker Engine has no runtime runsc, only crun, runc; see its daemon.json",
            ])
    }

    @Test func `Podman, which takes its own runtime whatever it is asked for, is a fault where another is set`() throws
    {
        let info = Self.good + #""BuildahVersion":"1.28.2","DefaultRuntime":"crun","Runtimes":{"crun":{},"runsc":{}}}"#
        #expect(try faults(info) { $0.runtime = "crun" }.isEmpty)
        let faults = try faults(info) { $0.runtime = "runsc" }
        #expect(faults.count == 1 && faults[0].contains("Podman does not heed the runtime runsc"))
        #expect(
            try self.faults(info) {
                $0.runtime = "runsc"
                $0.optionalLimits = [.runtime]
            }.isEmpty)
    }
}
