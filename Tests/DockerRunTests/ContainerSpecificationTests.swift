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
                "NetworkDisabled", "Labels", "HostConfig", "Env",
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

    @Test func `the built-in runner is mounted read-only as the entrypoint, with a directory to write to`() throws {
        var limits = RunSettings()
        limits.maxExecutionTime = 10
        limits.maxOutputSize = 1000
        let specification = ContainerSpecification(
            image: "alpine", ContainerSettings(), labels: [:], limits: limits,
            builtin: BuiltinRunner(path: "/opt/code-runner"))
        let object = try JSONSerialization.jsonObject(with: Data(try specification.encoded()))
        let body = try #require(object as? [String: Any])
        let host = try #require(body["HostConfig"] as? [String: Any])
        #expect(body["Entrypoint"] as? [String] == ["/code-runner"])
        #expect(body["Cmd"] as? [String] == ["--path", "/box"])
        #expect(
            body["Env"] as? [String] == [
                "CODE_RUNNER_MAX_OUTPUT=1000", "CODE_RUNNER_MAX_TIME=9000", "HOME=/box", "TMPDIR=/box",
            ])
        #expect((host["Tmpfs"] as? [String: String])?.keys.sorted() == ["/box"])
        let mount = try #require((host["Mounts"] as? [[String: Any]])?.first)
        #expect(mount["Type"] as? String == "bind")
        #expect(mount["Source"] as? String == "/opt/code-runner")
        #expect(mount["Target"] as? String == "/code-runner")
        #expect(mount["ReadOnly"] as? Bool == true)
    }

    @Test func `what is not set is left out`() throws {
        let host = try #require(try encode(ContainerSettings())["HostConfig"] as? [String: Any])
        #expect(host["Runtime"] == nil)
        #expect(host["NanoCpus"] == nil)
        #expect(host["Tmpfs"] as? [String: String] == [:])
    }
}
