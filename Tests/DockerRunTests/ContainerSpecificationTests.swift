import Foundation
import Testing

@testable import DockerRun

struct ContainerSpecificationTests {
    private func encode(_ settings: ContainerSettings) throws -> [String: Any] {
        let specification = ContainerSpecification(image: "glot/x", settings, labels: ["a.b": "c"])
        let object = try JSONSerialization.jsonObject(with: Data(try specification.encoded()))
        return try #require(object as? [String: Any])
    }

    @Test func `a create call has every key of the contract`() throws {
        var settings = ContainerSettings()
        settings.memory = 64
        settings.runtime = "crun"
        settings.nanoCPUs = 5
        settings.temporaryDirectory.path = "/tmp"
        let body = try encode(settings)
        #expect(
            Set(body.keys) == [
                "Hostname", "User", "AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin", "StdinOnce",
                "Image",
                "NetworkDisabled", "Labels", "HostConfig",
            ])
        #expect(body["Labels"] as? [String: String] == ["a.b": "c"])
        let host = try #require(body["HostConfig"] as? [String: Any])
        #expect(
            Set(host.keys) == [
                "Memory", "MemorySwap", "Privileged", "CapAdd", "CapDrop", "Ulimits", "ReadonlyRootfs", "Tmpfs",
                "SecurityOpt",
                "LogConfig", "PidsLimit", "NanoCpus", "Runtime",
            ])
        #expect(host["MemorySwap"] as? Int == 64)
        #expect(host["Tmpfs"] as? [String: String] == ["/tmp": "rw,noexec,nosuid,size=65536k"])
    }

    @Test func `what is not set is left out`() throws {
        let host = try #require(try encode(ContainerSettings())["HostConfig"] as? [String: Any])
        #expect(host["Runtime"] == nil)
        #expect(host["NanoCpus"] == nil)
        #expect(host["Tmpfs"] as? [String: String] == [:])
    }
}
