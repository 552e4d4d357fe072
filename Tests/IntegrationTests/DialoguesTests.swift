import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Runs that are talked with while they go on.
    @Suite(.serialized) struct Dialogues {
        private func server(_ changes: [String: String] = [:], listener: Listener? = nil) throws -> ServerUnderTest {
            let settings = ["RUN_BUILTIN_RUNNER_PATH": BuiltinRunner.path, "POOL_MAX_IDLE": "1", "LOG_LEVEL": "debug"]
            return try ServerUnderTest(listener: listener, settings.merging(changes) { $1 })
        }

        private func body(
            _ command: String, image: String = "docker-run-test/deaf", runner: String = "builtin",
            limits: String = "{}", terminal: Bool = false
        ) throws -> String {
            var payload: [String: Any] = ["language": "", "files": [[String: String]](), "command": command]
            if terminal { payload["terminal"] = ["columns": 80, "rows": 24] }
            let json = String(decoding: try JSONSerialization.data(withJSONObject: payload), as: UTF8.self)
            return #"{"image":"\#(image)","runner":"\#(runner)","limits":\#(limits),"payload":\#(json)}"#
        }

        private func awaitNoRun(_ server: ServerUnderTest) throws {
            try eventually("its container is there") {
                try server.containers().allSatisfy { $0.name.hasPrefix("/docker-run-warm-") }
            }
            #expect(try ServerMetrics(server).values["docker_run_interactive_runs_in_flight"] == 0)
        }

        @Test(arguments: [false, true])
        func `a program is answered as it asks, cold and warm, and at last there is its result`(_ terminal: Bool) throws
        {
            let server = try server()
            for start in ["cold", "warm"] {
                let client = try DialogueClient(server)
                #expect(client.response.status == 101)
                client.say(try body("printf 'Name? '; read -r name; echo Hello $name", terminal: terminal))
                let first = try #require(try client.hear())
                #expect(first.name == "start" && (first.value as? [String: String])?["start"] == start)
                try client.hear(until: "Name? ")
                try client.type("Ada\n")
                let result = try client.end()
                #expect(
                    result["stdout"] as? String == (terminal ? "Name? Ada\r\nHello Ada\r\n" : "Name? Hello Ada\n"))
                #expect(client.closeCode == 1000)
                #expect(client.names.last == "result")
                try server.awaitWaiting(1)
            }
            try eventually("the log does not say so") {
                server.logText.contains("path=/run status=101") && server.logText.contains("start=warm")
            }
        }

        @Test func `more than the container takes at once is typed, and none of it is lost`() throws {
            let server = try server()
            let client = try DialogueClient(server)
            client.say(try body("echo ready; sleep 0.3; exec busybox wc -c", limits: #"{"executionTime":60}"#))
            try client.hear(until: "ready")
            for _ in 0..<16 { try client.type(String(repeating: "x", count: 60_000)) }
            client.say(#"{"eof":true}"#)
            #expect(try client.end()["stdout"] as? String == "ready\n960000\n")
        }

        @Test func `a client that reads only when all programs have ended hears all that they have printed`() throws {
            let server = try server(
                ["INTERACTIVE_MAX_RUNS": "3", "POOL_MAX_IDLE": "0", "RUN_MAX_OUTPUT_SIZE": "10000000"],
                listener: Listener(holding: 16384))
            // As in the test of events.
            let runs = try [500_000, 1_000_000, 4_000_000].map { size in
                let client = try DialogueClient(server)
                client.say(try body("echo begun; head -c \(size) /dev/zero | busybox tr '\\0' x"))
                try client.hear(until: "begun")
                return (client: client, expected: "begun\n" + String(repeating: "x", count: size))
            }
            try server.awaitRunnersAlone(runs.count)
            for run in runs {
                #expect(try run.client.end()["exitCode"] as? Int == 0 && run.client.closeCode == 1000)
                #expect(run.client.stdout == run.expected, "\(run.client.stdout.utf8.count)")
            }
            try server.awaitNoContainers()
        }

        @Test func `a signal reaches the program, and a client that leaves ends it`() throws {
            let server = try server()
            let client = try DialogueClient(server)
            client.say(try body("echo ready; exec sleep 600"))
            try client.hear(until: "ready")
            client.say(#"{"signal":"SIGTERM"}"#)
            #expect(try client.end()["signal"] as? Int == 15)
            let other = try DialogueClient(server)
            other.say(try body("echo ready; exec sleep 600"))
            try other.hear(until: "ready")
            other.leave()
            try awaitNoRun(server)
        }

        @Test func `time and idleness have limits of their own`() throws {
            let server = try server([
                "RUN_MAX_EXECUTION_TIME": "1", "INTERACTIVE_MAX_TIME": "3", "INTERACTIVE_IDLE_TIME": "1",
            ])
            let busy = try DialogueClient(server)
            busy.say(try body("while :; do echo x; sleep 0.2; done"))
            let result = try busy.end()
            #expect(result["error"] as? String == "Time limit exceeded (3.0 seconds)")
            let idle = try DialogueClient(server)
            idle.say(try body("echo ready; read -r line"))
            #expect(try idle.end()["error"] as? String == "limits.idle_time")
            let late = try DialogueClient(server)
            late.say(try body("true", limits: #"{"executionTime":4}"#))
            let refusal = try late.end()
            #expect(refusal["error"] as? String == "request.limits")
            #expect((refusal["message"] as? String)?.contains("INTERACTIVE_MAX_TIME") == true)
            try awaitNoRun(server)
        }

        @Test func `there is no place beside as many as may be, and plain runs have theirs`() throws {
            let server = try server(["SERVER_WORKER_THREADS": "1", "INTERACTIVE_MAX_RUNS": "1"])
            let first = try DialogueClient(server)
            first.say(try body("echo ready; read -r line"))
            try first.hear(until: "ready")
            let second = try DialogueClient(server)
            second.say(try body("true"))
            #expect(try second.end()["error"] as? String == "server.overloaded")
            #expect(second.closeCode == 1013)
            #expect(try server.post(body("true")).status == 200)
            try first.type("\n")
            #expect(try first.end()["exitCode"] as? Int == 0)
            // Who has heard of the end finds the place free.
            for _ in 0..<10 {
                let next = try DialogueClient(server)
                next.say(try body("true"))
                #expect(try next.end()["exitCode"] as? Int == 0)
            }
        }

        @Test func `an image that cannot be talked with, and what is no run, are errors`() throws {
            let server = try server()
            let echo = try DialogueClient(server)
            echo.say(#"{"image":"docker-run-test/echo","payload":{}}"#)
            #expect(try echo.end()["error"] as? String == "request.interactive")
            for (request, error, code) in [
                (#"{"image":"docker-run-test/none","payload":{}}"#, "docker.container.create", 1000),
                (#"{"payload":{}}"#, "request.body", 1000), ("{", "request.body", 1007),
            ] {
                let client = try DialogueClient(server)
                client.say(request)
                #expect(try client.end()["error"] as? String == error)
                #expect(client.closeCode == code)
            }
            let wrong = try DialogueClient(server)
            wrong.say(try body("echo ready; read -r line"))
            try wrong.hear(until: "ready")
            wrong.say(#"{"stdin":5}"#)
            #expect(try wrong.end().isEmpty && wrong.closeCode == 1007)
            try awaitNoRun(server)
        }

        @Test func `a token comes in a header or as the first message, and pages of others are refused without one`()
            throws
        {
            let server = try server(["SERVER_CORS_ORIGINS": "https://a.example"])
            for (headers, status, error) in [
                (["X-Access-Token": "wrong"], 401, "access_token"),
                (["Origin": "https://b.example"], 403, "request.origin"), (["Host": "b.example"], 403, "request.host"),
                (["Sec-WebSocket-Version": "8"], 426, "request.websocket"),
                (["Sec-WebSocket-Key": "short"], 400, "request.websocket"),
            ] {
                let response = try DialogueClient(server, headers: headers).response
                #expect(response.status == status && response.errorCode == error)
            }
            let good = ["X-Access-Token": ServerUnderTest.token, "Host": "b.example", "Origin": "https://b.example"]
            #expect(try DialogueClient(server, headers: good).response.status == 101)
            for token in [ServerUnderTest.token, "wrong"] {
                let client = try DialogueClient(server, headers: ["Origin": "https://a.example"])
                client.say(#"{"token":"\#(token)"}"#)
                client.say(try body("echo hello"))
                let result = try client.end()
                #expect(token == "wrong" ? client.closeCode == 1008 : result["stdout"] as? String == "hello\n")
            }
            let plain = try server.get("/run")
            #expect(plain.status == 405 && plain.headers["allow"] == "POST")
            let off = try self.server(["INTERACTIVE_MAX_RUNS": "0"])
            #expect(try DialogueClient(off).response.status == 404)
        }

        @Test
        func `a server that stops says so to those who have sent no request, and waits for runs that end in time`()
            throws
        {
            let server = try server()
            let silent = try DialogueClient(server)
            let running = try DialogueClient(server)
            running.say(try body("echo ready; read -r line; echo end"))
            try running.hear(until: "ready")
            server.process.terminate()
            #expect(try silent.end().isEmpty && silent.closeCode == 1001)
            try running.type("\n")
            #expect(try running.end()["stdout"] as? String == "ready\nend\n")
        }
    }
}
