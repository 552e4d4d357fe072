import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Runs that name a language, and the catalog of them.
    @Suite(.serialized) struct Languages {
        private func languages(_ server: ServerUnderTest) throws -> [[String: Any]] {
            let answer = try server.get("/languages")
            #expect(answer.status == 200, "\(answer.text)")
            return try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? [[String: Any]])
        }

        private func names(_ server: ServerUnderTest) throws -> [String] {
            try languages(server).map { try #require($0["language"] as? String) }
        }

        private func label(_ name: String, _ label: String) throws {
            let container = try Engine.call("POST", "/containers/create", json: ["Image": "docker-run-test/echo"])
            let id = try #require(container.json["Id"] as? String, "\(container.text)")
            defer { _ = try? Engine.call("DELETE", "/containers/\(id)") }
            let committed = try Engine.call(
                "POST", "/commit?container=\(id)&repo=docker-run-test/\(name)&tag=latest&changes=LABEL%20\(label)")
            #expect(committed.status == 201, "\(committed.text)")
        }

        @Test func `our images are listed with what they say of themselves, for those who have the token`() throws {
            let server = try ServerUnderTest()
            #expect(try server.get("/languages", token: nil).status == 401)
            let python = try #require(languages(server).first { $0["language"] as? String == "python" })
            #expect(python["image"] as? String == "docker-run/python:latest")
            #expect(python["runner"] as? String == "image")
            #expect(python["mainFile"] as? String == "main.py")
            #expect(python["aliases"] as? [String] == ["py", "py3", "python3"])
            #expect((python["version"] as? String)?.hasPrefix("3.") == true)
            #expect(try names(server) == names(server).sorted())
        }

        @Test(arguments: ["bash", "sh"])
        func `a run may name a language or an alias of it, and need not repeat it`(_ name: String) throws {
            let server = try ServerUnderTest(["DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot"])
            let answer = try server.post(
                #"{"language":"\#(name)","payload":{"files":[{"name":"main.sh","content":"echo $((6*7))"}]}}"#)
            #expect(answer.json["stdout"] as? String == "42\n", "\(answer.text)")
            let command = try server.post(
                #"{"language":"\#(name)","payload":{"runInstructions":{"buildCommands":[],"runCommand":"echo own"},"files":[]}}"#
            )
            #expect(command.json["stdout"] as? String == "own\n", "\(command.text)")
        }

        @Test func `a language that there is not is the client's mistake, and the message lists those that there are`()
            throws
        {
            let answer = try ServerUnderTest().post(#"{"language":"klingon","payload":{}}"#)
            #expect(answer.status == 400)
            #expect(answer.errorCode == "language.unknown")
            #expect(answer.message.hasPrefix("There is no language \"klingon\"; there are "))
            #expect(answer.message.contains("bash, "))
        }

        @Test func `a stock image is a language by the settings, with the mounted runner, and can wait`() throws {
            let server = try ServerUnderTest([
                "RUN_BUILTIN_RUNNER_PATH": BuiltinRunner.path, "RUN_LANGUAGES": "posix=docker-run-test/deaf:builtin",
                "POOL_MAX_IDLE": "1", "POOL_IMAGES": "docker-run-test/deaf=1:builtin", "LOG_LEVEL": "debug",
            ])
            try server.awaitWaiting(1)
            let answer = try server.post(
                #"{"language":"posix","payload":{"command":"echo $((6*7))","files":[]}}"#)
            #expect(answer.json["stdout"] as? String == "42\n", "\(answer.text)")
            #expect(answer.isWarm)
            let posix = try #require(languages(server).first { $0["language"] as? String == "posix" })
            #expect(posix["runner"] as? String == "builtin")
            #expect(posix["version"] == nil)
        }

        @Test(arguments: ["0", "2"])
        func `the catalog follows images that come and go, with warm containers and without`(_ idle: String) throws {
            let server = try ServerUnderTest(["POOL_MAX_IDLE": idle])
            let language = "test-\(UUID().uuidString.lowercased())"
            let image = "labelled-\(idle)"
            #expect(!(try names(server)).contains(language))
            try label(image, "docker-run.language=\(language)")
            defer { _ = try? Engine.call("DELETE", "/images/docker-run-test/\(image)") }
            try eventually("\(language) is listed") { try names(server).contains(language) }
            if idle == "0" {
                let answer = try server.post(#"{"language":"\#(language)","payload":{"a":1}}"#)
                #expect(answer.text == #"{"echo":{"language":"\#(language)","a":1}}"#)
            }
            // As long as there is a container of it, the Engine does not remove it.
            try eventually("\(language) is not listed any more") {
                _ = try Engine.call("DELETE", "/images/docker-run-test/\(image)")
                return try !names(server).contains(language)
            }
        }

        @Test func `only images that may be run are languages`() throws {
            let server = try ServerUnderTest(["RUN_ALLOWED_IMAGES": "docker-run/bash docker-run-test/*"])
            #expect(try names(server).contains("bash"))
            #expect(!(try names(server)).contains("python"))
        }

        @Test func `a daemon that is not there is told of as elsewhere`() throws {
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": "/nonexistent/docker.sock"])
            #expect(try server.get("/languages").errorCode == "docker.unixsocket")
            let answer = try server.post(#"{"language":"bash","payload":{}}"#)
            #expect(answer.status == 500 && answer.errorCode == "docker.unixsocket")
        }
    }
}
