import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// Runs that are seen while they go on.
    @Suite(.serialized) struct Events {
        private func server(_ changes: [String: String] = [:], listener: Listener? = nil) throws -> ServerUnderTest {
            let settings = ["RUN_BUILTIN_RUNNER_PATH": BuiltinRunner.path, "POOL_MAX_IDLE": "1", "LOG_LEVEL": "debug"]
            return try ServerUnderTest(listener: listener, settings.merging(changes) { $1 })
        }

        private func body(
            _ command: String, image: String = "docker-run-test/deaf", runner: String = "builtin", limits: String = "{}"
        ) throws -> String {
            let payload: [String: Any] = ["language": "", "files": [[String: String]](), "command": command]
            let json = String(decoding: try JSONSerialization.data(withJSONObject: payload), as: UTF8.self)
            return #"{"image":"\#(image)","runner":"\#(runner)","limits":\#(limits),"payload":\#(json)}"#
        }

        private static let accept = ["Accept": "text/event-stream"]

        private struct Event: Equatable {
            var name = ""
            var data = ""

            var json: [String: Any] {
                (try? JSONSerialization.jsonObject(with: Data(data.utf8))) as? [String: Any] ?? [:]
            }
        }

        /// As the HTML Standard reads them.
        private func events(_ text: String) -> [Event] {
            text.components(separatedBy: "\n\n").compactMap { block in
                var event = Event()
                for line in block.components(separatedBy: "\n") {
                    if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                    if line.hasPrefix("data: ") { event.data += (event.data.isEmpty ? "" : "\n") + line.dropFirst(6) }
                }
                return event.name.isEmpty ? nil : event
            }
        }

        @Test func `a run is told of as it goes on, cold and warm, and at last is what it would have been`() throws {
            let server = try server()
            let body = try body("echo out; echo err >&2; exit 3")
            for start in ["cold", "warm"] {
                let answer = try server.post(body, headers: Self.accept)
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == "text/event-stream")
                #expect(answer.headers["cache-control"] == "no-store")
                #expect(answer.headers["x-accel-buffering"] == "no")
                let events = events(answer.text)
                try #require(events.count == 5, "\(answer.text)")
                #expect(events[0].name == "start" && events[0].json["start"] as? String == start)
                #expect(events[0].json["id"] as? String == answer.headers["x-request-id"])
                #expect(events[1] == Event(name: "stage", data: #"{"stage":"run"}"#))
                #expect(Set(events[2...3].map(\.name)) == ["stdout", "stderr"])
                #expect(events[4].name == "result" && events[4].json["exitCode"] as? Int == 3)
                #expect(events[4].json["stdout"] as? String == "out\n")
                try server.awaitWaiting(1)
            }
        }

        @Test func `an image that knows nothing of it gets its payload, and its result is the one event`() throws {
            let server = try server()
            let answer = try server.post(
                #"{"image":"docker-run-test/echo","payload":{"a": 1.50}}"#, headers: Self.accept)
            #expect(events(answer.text).map(\.name) == ["start", "result"])
            #expect(events(answer.text).last?.data == #"{"echo":{"a": 1.50}}"#)
        }

        @Test
        func `what fails before there is a container is answered as ever, and what fails later is the last event`()
            throws
        {
            let server = try server(["RUN_MAX_EXECUTION_TIME": "1"])
            let none = try server.post(body("true", image: "docker-run-test/none"), headers: Self.accept)
            #expect(none.status == 400 && none.errorCode == "docker.container.create")
            let own = try server.post(
                #"{"image":"docker-run-test/deaf","runner":"builtin","payload":{"docker-run":{}}}"#,
                headers: Self.accept)
            #expect(own.status == 400 && own.errorCode == "request.body")
            let shell = ServerUnderTest.payload(script: "sleep 600")
            let late = try server.post(#"{"image":"docker-run-test/shell","payload":\#(shell)}"#, headers: Self.accept)
            #expect(late.status == 200)
            #expect(events(late.text).map(\.name) == ["start", "error"])
            #expect(events(late.text).last?.json["error"] as? String == "limits.execution_time")
            try eventually("the log does not say so") { server.logText.contains("error=limits.execution_time") }
        }

        @Test func `an output is at the client while the program goes on, and a client that leaves ends it`() throws {
            let server = try server()
            let client = try server.connect()
            let body = try body("echo first; sleep 600")
            client.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\n"
                    + "Accept: text/event-stream\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            var text = ""
            while !text.contains("first") { text += String(decoding: try client.receive(1), as: UTF8.self) }
            #expect(!text.contains("result"))
            #expect(try ServerMetrics(server).values["docker_run_streams"] == 1)
            shutdown(client.descriptor, Int32(SHUT_RDWR))
            try eventually("the run goes on") { try ServerMetrics(server).values["docker_run_streams"] == 0 }
            try eventually("its container is there") {
                try server.containers().allSatisfy { $0.name.hasPrefix("/docker-run-warm-") }
            }
        }

        @Test func `a client that does not read costs no memory, and the time of its run goes on`() throws {
            let server = try server([
                "RUN_MAX_EXECUTION_TIME": "3", "RUN_MAX_OUTPUT_SIZE": "1000000000", "POOL_MAX_IDLE": "0",
            ])
            _ = try server.post(body("true"), headers: Self.accept)
            let before = try ServerMetrics(server).values["process_resident_memory_bytes"] ?? 0
            let client = try server.connect()
            let body = try body("head -c 1000000000 /dev/zero | busybox tr '\\\\0' x")
            client.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\n"
                    + "Accept: text/event-stream\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            try eventually("the run has not begun") { try ServerMetrics(server).values["docker_run_streams"] == 1 }
            var most = before
            try eventually("the run goes on for ever") {
                let metrics = try ServerMetrics(server).values
                most = max(most, metrics["process_resident_memory_bytes"] ?? 0)
                return metrics["docker_run_streams"] == 0
            }
            #expect(most - before < 5_000_000)
            let answer = try client.response()
            #expect(["result", "error"].contains(events(answer.text).last?.name))
        }

        @Test func `a client that reads only when all programs have ended gets all that they have printed`() throws {
            let changes = [
                "SERVER_WORKER_THREADS": "6", "POOL_MAX_IDLE": "0", "RUN_MAX_OUTPUT_SIZE": "10000000",
                "RUN_MAX_EXECUTION_TIME": "60", "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot",
            ]
            let server = try server(changes, listener: Listener(holding: 16384))
            // What is printed twice, in events and result: it is more than the server holds, and of the first no more than the
            // daemon does; of the others, some is in pipes and in code-runner.
            let sizes = [500_000, 1_000_000, 4_000_000]
            let runners = [("docker-run-test/deaf", "builtin"), ("docker-run/bash", "image")]
            let runs = try runners.flatMap { image, runner in
                try sizes.map { size in
                    let client = try server.connect()
                    let body = try body(
                        "echo begun; head -c \(size) /dev/zero | busybox tr '\\0' x", image: image, runner: runner)
                    client.send(
                        "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\n"
                            + "Accept: text/event-stream\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                    return (client: client, expected: "begun\n" + String(repeating: "x", count: size))
                }
            }
            for run in runs { try run.client.awaitUnread("begun") }
            try server.awaitRunnersAlone(runs.count)
            for run in runs {
                let events = try events(run.client.response().text)
                let printed = events.filter { $0.name == "stdout" }.compactMap { $0.json["text"] as? String }.joined()
                #expect(printed == run.expected, "\(printed.utf8.count) of \(run.expected.utf8.count)")
                #expect(events.last?.name == "result" && events.last?.json["stdout"] as? String == run.expected)
            }
            try server.awaitNoContainers()
        }

        @Test func `more than events may carry is cut, and the result is whole`() throws {
            let server = try server()
            let answer = try server.post(
                body("head -c 100000 /dev/zero | busybox tr '\\\\0' x", limits: #"{"outputSize":20000}"#),
                headers: Self.accept)
            let events = events(answer.text)
            #expect(events.filter { $0.name == "cut" }.count == 1)
            #expect(events.last?.json["limit"] as? String == "output")
            #expect(answer.body.count < 45_000)
        }
    }
}
