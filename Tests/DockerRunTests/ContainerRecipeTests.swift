import Foundation
import Testing

@testable import DockerRun

struct ContainerRecipeTests {
    private func recipe(_ settings: ContainerSettings, _ labels: [String: String] = [:]) -> ContainerRecipe {
        ContainerRecipe(settings, RunSettings(), labels: labels)
    }

    private func encode(
        _ settings: ContainerSettings, image: String = "glot/x", runner: RunRequest.CodeRunner = .image,
        labels: [String: String] = ["a.b": "c"]
    ) throws -> [String: Any] {
        let specification = recipe(settings, labels).specification(of: ContainerKind(image: image, runner: runner))
        let object = try JSONSerialization.jsonObject(with: Data(try DockerCall.body(specification)))
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
                "NetworkDisabled", "Labels", "HostConfig", "Env", "StopSignal", "Healthcheck",
            ])
        #expect(body["Labels"] as? [String: String] == ["a.b": "c"])
        let host = try #require(body["HostConfig"] as? [String: Any])
        #expect(
            Set(host.keys) == [
                "Memory", "MemorySwap", "Privileged", "CapAdd", "CapDrop", "Ulimits", "ReadonlyRootfs", "Tmpfs",
                "SecurityOpt",
                "LogConfig", "PidsLimit", "NanoCpus", "Runtime", "NetworkMode",
            ])
        #expect(host["MemorySwap"] as? Int == 64)
        #expect(host["Tmpfs"] as? [String: String] == ["/tmp": "rw,noexec,nosuid,size=65536k"])
    }

    @Test func `a container that is made for a run has its limits, and an update says all of them`() throws {
        var settings = ContainerSettings()
        settings.nanoCPUs = 5
        let recipe = recipe(settings)
        let limits = RunLimits(memory: 64, pids: 7)
        let host = recipe.specification(of: ContainerKind(image: "any", runner: .image), limits).hostConfig
        #expect(host.memory == 64 && host.memorySwap == 64 && host.pidsLimit == 7 && host.nanoCpus == 5)
        let update = String(decoding: try DockerCall.body(recipe.resources(limits)), as: UTF8.self)
        #expect(
            Set(update.dropFirst().dropLast().split(separator: ",")) == [
                #""Memory":64"#, #""MemorySwap":64"#, #""PidsLimit":7"#, #""NanoCpus":5"#,
            ])
    }

    @Test func `the built-in runner is mounted read-only as the entrypoint, with a directory to write to`() throws {
        var settings = ContainerSettings()
        settings.builtinRunner = .path("/opt/code-runner")
        let body = try encode(settings, image: "alpine", runner: .builtin)
        let host = try #require(body["HostConfig"] as? [String: Any])
        #expect(body["Entrypoint"] as? [String] == ["/code-runner"])
        #expect(body["Cmd"] as? [String] == ["--path", "/box"])
        #expect(
            body["Env"] as? [String] == [
                "CODE_RUNNER_MAX_OUTPUT=100000", "CODE_RUNNER_MAX_TIME=10000", "HOME=/box",
            ])
        #expect((host["Tmpfs"] as? [String: String])?.keys.sorted() == ["/box"])
        let mount = try #require((host["Mounts"] as? [[String: Any]])?.first)
        #expect(mount["Type"] as? String == "bind")
        #expect(mount["Source"] as? String == "/opt/code-runner")
        #expect(mount["Target"] as? String == "/code-runner")
        #expect(mount["ReadOnly"] as? Bool == true)
        #expect(mount["VolumeOptions"] == nil)
    }

    @Test func `a create call's body is that of the container's kind and limits, however often it is asked for`() throws
    {
        let recipe = recipe(ContainerSettings())
        let kinds = (0..<300).map { ContainerKind(image: "image-\($0)", runner: .image) }
        for limits in [RunLimits(), RunLimits(memory: 64), RunLimits(executionTime: .seconds(1)), RunLimits()] {
            for kind in kinds {
                let body = Data(try recipe.body(of: kind, limits))
                let object = try #require(JSONSerialization.jsonObject(with: body) as? [String: Any])
                let host = try #require(object["HostConfig"] as? [String: Any])
                #expect(object["Image"] as? String == kind.image)
                #expect(host["Memory"] as? Int == recipe.resources(limits).memory)
            }
        }
    }

    @Test(arguments: [RunSettings.Prelude.off, .always])
    func `code-runner is told if nothing is to get ready while a container waits, or all in any case`(
        _ prelude: RunSettings.Prelude
    ) {
        var run = RunSettings()
        run.prelude = prelude
        for runner in [RunRequest.CodeRunner.image, .builtin] {
            let recipe = ContainerRecipe(ContainerSettings(), run, labels: [:])
            let specification = recipe.specification(of: ContainerKind(image: "any", runner: runner))
            #expect(specification.env.contains("CODE_RUNNER_PRELUDE=\(prelude.rawValue)"))
        }
    }

    @Test func `a volume with the built-in runner is mounted read-only, and never filled from an image`() throws {
        var settings = ContainerSettings()
        settings.builtinRunner = .volume("runner")
        let body = try encode(settings, image: "alpine", runner: .builtin)
        #expect(body["Entrypoint"] as? [String] == ["/code-runner/code-runner"])
        let mount = try #require(((body["HostConfig"] as? [String: Any])?["Mounts"] as? [[String: Any]])?.first)
        #expect(mount["Type"] as? String == "volume")
        #expect(mount["Source"] as? String == "runner")
        #expect(mount["Target"] as? String == "/code-runner")
        #expect(mount["ReadOnly"] as? Bool == true)
        #expect(mount["VolumeOptions"] as? [String: Bool] == ["NoCopy": true])
    }

    @Test func `a network that is disabled is said in both ways, as Podman heeds only the second`() throws {
        var settings = ContainerSettings()
        settings.networkDisabled = true
        let body = try encode(settings)
        #expect(body["NetworkDisabled"] as? Bool == true)
        #expect((body["HostConfig"] as? [String: Any])?["NetworkMode"] as? String == "none")
    }

    @Test func `what is not set is left out`() throws {
        let host = try #require(try encode(ContainerSettings())["HostConfig"] as? [String: Any])
        #expect(host["Runtime"] == nil)
        #expect(host["NanoCpus"] == nil)
        #expect(host["Tmpfs"] as? [String: String] == [:])
    }

    @Test func `every value of a create call is that of its setting`() throws {
        var settings = ContainerSettings()
        settings.hostname = "h"
        settings.user = "u"
        settings.memory = 64
        settings.networkDisabled = false
        settings.openFiles.soft = 1
        settings.openFiles.hard = 2
        settings.processes.soft = 3
        settings.processes.hard = 4
        settings.capAdd = ["CHOWN"]
        settings.capDrop = ["ALL", "MKNOD"]
        settings.readonlyRootfs = true
        settings.temporaryDirectory = .init(path: "/tmp", options: "rw")
        settings.workDirectory = .init(path: "/work", options: "ro")
        settings.runtime = "runsc"
        settings.pidsLimit = 5
        settings.nanoCPUs = 500_000_000
        let expected = #"""
            {"Hostname":"h","User":"u","AttachStdin":true,"AttachStdout":true,"AttachStderr":true,"Tty":false,
            "OpenStdin":true,"StdinOnce":true,"Image":"glot/x","NetworkDisabled":false,"Labels":{"a.b":"c"},
            "StopSignal":"SIGKILL","Healthcheck":{"Test":["NONE"]},
            "Env":["CODE_RUNNER_MAX_OUTPUT=100000","CODE_RUNNER_MAX_TIME=10000"],
            "HostConfig":{"Memory":64,"MemorySwap":64,"Privileged":false,"CapAdd":["CHOWN"],"CapDrop":["ALL","MKNOD"],
            "Ulimits":[{"Name":"nofile","Soft":1,"Hard":2},{"Name":"nproc","Soft":3,"Hard":4},{"Name":"core","Soft":0,"Hard":0}],"ReadonlyRootfs":true,
            "Tmpfs":{"/tmp":"rw","/work":"ro"},"SecurityOpt":["no-new-privileges"],"LogConfig":{"Type":"none"},
            "PidsLimit":5,"NanoCpus":500000000,"Runtime":"runsc"}}
            """#
        // Written again with its keys sorted, so that true is not 1.
        let object = try JSONSerialization.jsonObject(with: Data(expected.utf8))
        #expect(
            try JSONSerialization.data(withJSONObject: try encode(settings), options: .sortedKeys)
                == JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
    }

    @Test func `gaining rights may be allowed, and memory is never without its swap limit`() throws {
        var settings = ContainerSettings()
        settings.noNewPrivileges = false
        settings.memory = 123_456_789_012
        let host = try #require(try encode(settings)["HostConfig"] as? [String: Any])
        #expect(host["SecurityOpt"] as? [String] == [])
        #expect(host["MemorySwap"] as? Int == 123_456_789_012)
    }

    @Test func `names with quotes and slashes stay what they are`() throws {
        let body = try encode(ContainerSettings(), image: "a/b\"\\\n{é", labels: ["/\"": "\u{1}", "small": "s"])
        #expect(body["Image"] as? String == "a/b\"\\\n{é")
        #expect(body["Labels"] as? [String: String] == ["/\"": "\u{1}", "small": "s"])
    }

    @Test func `the first pattern that fits an image says its runtime, and else the setting for all does`() {
        var settings = ContainerSettings()
        settings.runtime = "runc"
        settings.imageRuntimes = [
            .init(pattern: ImagePattern("a/*"), runtime: "runsc"), .init(pattern: ImagePattern("*"), runtime: "crun"),
        ]
        func runtime(_ image: String) -> String? {
            recipe(settings).specification(of: ContainerKind(image: image, runner: .image)).hostConfig.runtime
        }
        #expect(runtime("a/b") == "runsc")
        #expect(runtime("b") == "crun")
        settings.imageRuntimes.removeLast()
        #expect(runtime("b") == "runc")
    }

    @Test func `a runner that is not where its variable says is no fault of the client's`() {
        var settings = ContainerSettings()
        settings.builtinRunner = .path("/nowhere")
        let error = DockerError.refused(status: 400, message: "bind source path does not exist: /nowhere")
        #expect(recipe(settings).builtinRunner(of: ContainerKind(image: "a", runner: .image)) == nil)
        let explained = recipe(settings).builtinRunner(of: ContainerKind(image: "a", runner: .builtin))?
            .explained(creation: error)
        #expect(explained?.blamesTheImage == false)
        #expect(explained.map { "\($0)".contains("RUN_BUILTIN_RUNNER_PATH is /nowhere") } == true)
    }

    @Test func `a runner that is not in its volume is a fault of the variable that names the volume`() {
        let error = DockerError.refused(
            status: 400, message: "stat /code-runner/code-runner: no such file or directory")
        let explained = BuiltinRunner(source: .volume("runner")).explained(start: error)
        #expect("\(explained)".contains("RUN_BUILTIN_RUNNER_PATH is volume:runner: put a file code-runner into it"))
    }
}
