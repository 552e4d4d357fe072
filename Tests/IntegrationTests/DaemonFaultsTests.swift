import Foundation
import TestSupport
import Testing

extension IntegrationTests.WithoutEngine {
    /// What a real engine does not answer on demand, answered by a stub.
    @Suite(.serialized) struct DaemonFaults {
        /// Without output, only a call can end the run.
        private static let silentStream = StubDaemon.Reply.bytesAndSilence(Array("HTTP/1.1 101 UPGRADED\r\n\r\n".utf8))

        @Test func `a run with a daemon that does all it should has a result`() throws {
            let answer = try answerFromStub { _, _ in nil }
            #expect(answer.status == 200)
            #expect(answer.text == #"{"stdout":"from the stub"}"#)
        }

        @Test(arguments: [
            ("/containers/create", "docker.container.create"), ("/start", "docker.container.start"),
            ("/attach", "docker.container.attach"),
        ])
        func `a call that fails in the daemon is 500 with the daemon's message`(_ path: String, _ code: String) throws {
            let answer = try answerFromStub { _, called in
                if called.contains(path) { return .answer(500, #"{"message":"out of luck"}"#) }
                return called.contains("/attach") ? Self.silentStream : nil
            }
            #expect(answer.status == 500)
            #expect(answer.errorCode == code)
            #expect(answer.message.hasSuffix("out of luck"))
        }

        @Test(arguments: [
            ("/containers/create", "docker.container.create"), ("/start", "docker.container.start"),
            ("/attach", "docker.container.attach"),
        ])
        func `a call that is never answered ends with the read timeout`(_ path: String, _ code: String) throws {
            let answer = try answerFromStub { _, called in
                if called.contains(path) { return .silence }
                return called.contains("/attach") ? Self.silentStream : nil
            }
            #expect(answer.status == 500)
            #expect(answer.errorCode == code)
            #expect(answer.message.contains("DOCKER_UNIX_SOCKET_READ_TIMEOUT"))
        }

        @Test(arguments: [
            "", "HTTP/1.1", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200",
            "HTTP/1.1 500 X\r\nContent-Length: 99999999999999999999\r\n\r\n{",
        ])
        func `an attach that is not answered in HTTP is docker.container.attach`(_ text: String) throws {
            let answer = try answerFromStub { _, path in path.contains("/attach") ? .bytes(Array(text.utf8)) : nil }
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.attach")
        }

        @Test(arguments: ["/attach", "/containers/create"])
        func `a head without an end is given up`(_ path: String) throws {
            let head =
                "HTTP/1.1 200 OK\r\n"
                + String(repeating: "X-Filler: \(String(repeating: "x", count: 200))\r\n", count: 2000)
            let answer = try answerFromStub { _, called in called.contains(path) ? .bytes(Array(head.utf8)) : nil }
            #expect(answer.status == 500)
            #expect(answer.errorCode?.hasPrefix("docker.container.") == true)
        }

        @Test(arguments: [(404, 400), (400, 400), (429, 500), (403, 500), (503, 500)])
        func `a create that is refused is the client's fault only where its image may be`(_ theirs: Int, _ ours: Int)
            throws
        {
            let answer = try answerFromStub { _, path in
                path.hasPrefix("/containers/create") ? .answer(theirs, "<html>no</html>") : nil
            }
            #expect(answer.status == ours)
            #expect(answer.errorCode == "docker.container.create")
            #expect(answer.message.contains("<html>no</html>"))
        }

        @Test(arguments: [
            #"{"Id":"1"}"#, #"{"Id":"1","Warnings":[]}"#, #"{"Id":"1","Warnings":null,"New":{"a":[1]}}"# + "\n", "",
        ])
        func `a container is created whatever else the answer says`(_ body: String) throws {
            let answer = try answerFromStub { _, path in path.hasPrefix("/containers/create") ? .answer(201, body) : nil
            }
            #expect(answer.text == #"{"stdout":"from the stub"}"#)
        }

        @Test func `an engine that wants another version of its API says so in the answer`() throws {
            let message = "client version 1.24 is too old. Minimum supported API version is 1.44"
            let answer = try answerFromStub { _, path in
                path.hasPrefix("/containers/create") ? .answer(400, "{\"message\":\"\(message)\"}") : nil
            }
            #expect(answer.message.hasSuffix(message))
        }

        @Test func `what the engine remarks of its containers is logged once, and counted`() throws {
            let warning = "Your kernel does not support memory limit capabilities. Limitation discarded."
            let daemon = StubDaemon { _, path in
                path.hasPrefix("/containers/create")
                    ? .answer(201, "{\"Id\":\"1\",\"Warnings\":[\"\(warning)\"]}\n") : nil
            }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            for _ in 0..<3 { #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 200) }
            try eventually("the log lacks the third run") {
                server.logText.components(separatedBy: "path=/run").count == 4
            }
            #expect(server.logText.components(separatedBy: warning).count == 2)
            #expect(try ServerMetrics(server).values["docker_run_docker_warnings_total"] == 3)
        }

        private static let unfit = StubDaemon.Reply.answer(200, #"{"MemoryLimit":false,"PidsLimit":true}"#)

        @Test func `a server whose engine cannot keep a limit does not start, and says why`() throws {
            let daemon = StubDaemon { _, path in path == "/info" ? Self.unfit : nil }
            let text = try ServerUnderTest.textOfFailedStart(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            #expect(text.contains("add memory to DOCKER_CONTAINER_OPTIONAL_LIMITS"), "\(text)")
        }

        @Test func `a limit may be missing where the configuration says so`() throws {
            let daemon = StubDaemon { _, path in path == "/info" ? Self.unfit : nil }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_CONTAINER_OPTIONAL_LIMITS": "memory",
            ])
            #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 200)
        }

        @Test func `an engine that comes later and cannot keep a limit is given nothing to run`() throws {
            let path = FileManager.default.temporaryDirectory.appending(path: "stub-\(UUID().uuidString).sock").path()
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": path])
            #expect(try server.post(#"{"image":"any","payload":{}}"#).errorCode == "docker.unixsocket")
            let daemon = StubDaemon(at: path) { _, path in path == "/info" ? Self.unfit : nil }
            let answer = try server.post(#"{"image":"any","payload":{}}"#)
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.create")
            #expect(answer.message.contains("DOCKER_CONTAINER_MEMORY"))
            #expect(!daemon.log.contains { $0.hasPrefix("POST /containers/create") })
        }
    }
}
