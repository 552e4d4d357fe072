import Foundation
import TestSupport
import Testing

/// code-runner in a volume of the Engine's.
extension IntegrationTests.BuiltinRunner {
    @Test func `it is found in a volume, cold and warm, and nobody writes there`() throws {
        try withVolume { volume in
            try put("code-runner", into: volume)
            let server = try server([
                "RUN_BUILTIN_RUNNER_PATH": "volume:\(volume)", "DOCKER_CONTAINER_READONLY_ROOTFS": "true",
                "POOL_MAX_IDLE": "1", "POOL_IMAGES": "docker-run-test/deaf=1:builtin", "LOG_LEVEL": "debug",
            ])
            try server.awaitWaiting(1)
            for (image, isWarm) in [("docker-run-test/deaf", true), ("docker-run-test/echo", false)] {
                let answer = try run(
                    server, "touch /code-runner/code-runner /code-runner/x; ls /code-runner", image: image)
                #expect(answer.json["stdout"] as? String == "code-runner\n", "\(answer.text)")
                #expect((answer.json["stderr"] as? String)?.contains("Read-only file system") == true)
                #expect(answer.isWarm == isWarm)
            }
        }
    }

    @Test func `a volume that there is not ends the start, and the Engine does not make it`() throws {
        let text = try ServerUnderTest.textOfFailedStart(["RUN_BUILTIN_RUNNER_PATH": "volume:docker-run-test-no-such"])
        #expect(text.contains("RUN_BUILTIN_RUNNER_PATH: this Docker Engine has no volume docker-run-test-no-such"))
        #expect(try Engine.call("GET", "/volumes/docker-run-test-no-such").status == 404)
    }

    @Test func `a volume that is removed later fails runs that need it, and does not come back`() throws {
        try withVolume { volume in
            let server = try server(["RUN_BUILTIN_RUNNER_PATH": "volume:\(volume)"])
            #expect(try Engine.call("DELETE", "/volumes/\(volume)").status == 204)
            let answer = try run(server, "true")
            #expect(answer.status == 500 && answer.errorCode == "docker.container.create", "\(answer.text)")
            #expect(answer.message.contains("RUN_BUILTIN_RUNNER_PATH: this Docker Engine has no volume \(volume)"))
            #expect(try Engine.call("GET", "/volumes/\(volume)").status == 404)
            #expect(try server.run("echo").status == 200, "it needs no volume")
        }
    }

    @Test func `a volume without code-runner is an error that says so, and no image fills it`() throws {
        let image = "docker-run-test/impostor"
        let made = try Engine.call("POST", "/containers/create", json: ["Image": "docker-run-test/deaf"])
        let id = try #require(made.json["Id"] as? String, "\(made.text)")
        defer { try? Engine.remove(id) }
        try put("code-runner/code-runner", into: "/", of: id)
        #expect(try Engine.call("POST", "/commit?container=\(id)&repo=\(image)&tag=latest").status == 201)
        defer { _ = try? Engine.call("DELETE", "/images/\(image):latest") }
        try withVolume { volume in
            let server = try server(["RUN_BUILTIN_RUNNER_PATH": "volume:\(volume)"])
            for image in [image, "docker-run-test/deaf"] {
                let answer = try run(server, "true", image: image)
                #expect(answer.status == 500 && answer.errorCode == "docker.container.start", "\(answer.text)")
                #expect(
                    answer.message.contains("RUN_BUILTIN_RUNNER_PATH is volume:\(volume): put a file code-runner into"))
            }
        }
    }

    /// Makes a volume, which is gone afterwards.
    private func withVolume(_ body: (String) throws -> Void) throws {
        let name = "docker-run-test-\(UUID().uuidString.lowercased())"
        #expect(try Engine.call("POST", "/volumes/create", json: ["Name": name]).status == 201)
        let outcome = Result { try body(name) }
        // As long as there is a container with it, the Engine does not remove it.
        try eventually("the volume is not removed") {
            try [204, 404].contains(Engine.call("DELETE", "/volumes/\(name)").status)
        }
        try outcome.get()
    }

    /// Through a container that has it mounted, and is not started.
    private func put(_ name: String, into volume: String) throws {
        let mount = ["Type": "volume", "Source": volume, "Target": "/volume"]
        let made = try Engine.call(
            "POST", "/containers/create",
            json: ["Image": "docker-run-test/deaf", "HostConfig": ["Mounts": [mount]]] as [String: Any])
        let id = try #require(made.json["Id"] as? String, "\(made.text)")
        defer { try? Engine.remove(id) }
        try put(name, into: "/volume", of: id)
    }

    /// Puts code-runner into a directory of a container, under this name.
    private func put(_ name: String, into directory: String, of container: String) throws {
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "-cf", "-", "--absolute-names", "--transform=s,.*,\(name),", Self.path]
        let output = Pipe()
        tar.standardOutput = output
        try tar.run()
        let archive = output.fileHandleForReading.readDataToEndOfFile()
        tar.waitUntilExit()
        let answer = try TestClient(.unixSocket(Engine.socketPath)).request(
            "PUT", "/containers/\(container)/archive?path=\(directory)", headers: ["Content-Type": "application/x-tar"],
            body: Array(archive))
        #expect(answer.status == 200, "\(answer.text)")
    }
}
