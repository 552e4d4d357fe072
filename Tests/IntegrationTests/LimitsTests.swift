import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Limits that travel with a request.
    @Suite(.serialized) struct Limits {
        private func server(_ changes: [String: String] = [:]) throws -> ServerUnderTest {
            let settings = [
                "RUN_BUILTIN_RUNNER_PATH": BuiltinRunner.path, "POOL_MAX_IDLE": "2", "LOG_LEVEL": "debug",
            ]
            return try ServerUnderTest(settings.merging(changes) { $1 })
        }

        private func body(
            _ limits: String, _ command: String, image: String = "docker-run-test/deaf", runner: String = "builtin"
        ) throws -> String {
            let payload: [String: Any] = ["language": "", "files": [[String: String]](), "command": command]
            let json = String(decoding: try JSONSerialization.data(withJSONObject: payload), as: UTF8.self)
            return #"{"image":"\#(image)","runner":"\#(runner)","limits":\#(limits),"payload":\#(json)}"#
        }

        /// Sends the same twice: to a cold container, and to a warm one.
        private func coldAndWarm(_ server: ServerUnderTest, _ body: String) throws -> [TestClient.Response] {
            let cold = try server.post(body)
            try server.awaitWaiting(1)
            let warm = try server.post(body)
            #expect(!cold.isWarm && warm.isWarm, "\(cold) \(warm)")
            return [cold, warm]
        }

        // MARK: Time and output

        @Test func `the built-in runner ends a program when the run's own time is over, with its output so far`() throws
        {
            let server = try server()
            let body = try body(#"{"executionTime":0.5}"#, "echo so far; sleep 600")
            for answer in try coldAndWarm(server, body) {
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.json["stdout"] as? String == "so far\n")
                #expect((answer.json["error"] as? String)?.hasPrefix("Time limit exceeded") == true)
                #expect(try #require(answer.json["duration"] as? Int) < 1_500_000_000)
            }
        }

        @Test func `the built-in runner cuts what is more than the run's own limit of output`() throws {
            let server = try server()
            let body = try body(#"{"outputSize":2048}"#, "echo head; head -c 100000 /dev/zero; echo tail")
            for answer in try coldAndWarm(server, body) {
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.body.count <= 2048)
                #expect((answer.json["stdout"] as? String)?.hasSuffix("tail\n") == true)
            }
        }

        @Test(arguments: ["bash", "python"])
        func `so does the runner of our own images`(_ language: String) throws {
            let server = try server(["DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot"])
            let body = try body(
                #"{"executionTime":0.5,"outputSize":2048}"#, "echo so far; head -c 9999 /dev/zero; sleep 600",
                image: "docker-run/\(language)", runner: "image")
            for answer in try coldAndWarm(server, body) {
                #expect(answer.status == 200, "\(answer.text)")
                #expect((answer.json["stdout"] as? String)?.hasPrefix("so far\n") == true)
                #expect((answer.json["error"] as? String)?.hasPrefix("Time limit exceeded") == true)
                #expect(answer.body.count <= 2048)
            }
        }

        @Test(arguments: [["POOL_MAX_IDLE": "2"], ["DOCKER_CONTAINER_READONLY_ROOTFS": "true"]])
        func `an image that says it knows the protocol is told, in front of its payload`(
            _ changes: [String: String]
        ) throws {
            let server = try server(changes)
            let request = #"{"image":"docker-run-test/echo-protocol","payload":{ "a":1.10}"#
            for answer in try coldAndWarm(server, request + #","limits":{"executionTime":2.5,"outputSize":4096}}"#) {
                #expect(answer.text == #"{"echo":{"docker-run":{"maxTime":2500,"maxOutput":4096}, "a":1.10}}"#)
            }
            #expect(try server.post(request + "}").text == #"{"echo":{ "a":1.10}}"#)
        }

        @Test func `an image that does not say so gets its payload byte for byte`() throws {
            let request = #"{"image":"docker-run-test/echo","payload":{ "a":1.10},"limits":{"outputSize":4096}}"#
            for answer in try coldAndWarm(server(), request) { #expect(answer.text == #"{"echo":{ "a":1.10}}"#) }
        }

        @Test func `of an image that does not say so, the server alone keeps the limits`() throws {
            let server = try server()
            let payload = ServerUnderTest.payload(script: "sleep 600")
            let time = #"{"image":"docker-run-test/shell","payload":\#(payload),"limits":{"executionTime":0.2}}"#
            for answer in try coldAndWarm(server, time) { #expect(answer.errorCode == "limits.execution_time") }
            let endless = ServerUnderTest.payload(script: "yes")
            let size = #"{"image":"docker-run-test/shell","payload":\#(endless),"limits":{"outputSize":5000}}"#
            let answer = try server.post(size)
            #expect(answer.errorCode == "limits.read.size")
            #expect(answer.message.contains("5000 bytes"))
        }

        @Test(arguments: [
            (#"{"executionTime":30.5}"#, #""limits.executionTime" must be from 0.1 to 30 seconds"#),
            (#"{"outputSize":1}"#, #""limits.outputSize" must be from 1024 to 4000000 bytes"#),
            (#"{"outputsize":2000}"#, #""limits.outputsize" is unknown"#), ("[]", #""limits" is not an object"#),
        ])
        func `limits that are none are refused, with what would be one`(_ limits: String, _ reason: String) throws {
            let answer = try server().post(body(limits, "true"))
            #expect(answer.status == 400)
            #expect(answer.errorCode == "request.limits")
            #expect(answer.message.hasPrefix(reason), "\(answer.message)")
        }
    }
}
