import Foundation
import TestSupport
import Testing

extension IntegrationTests.WithoutEngine {
    /// What a real engine does not do on demand, done by a stub.
    @Suite(.serialized) struct DaemonFaults {
        private func answer(
            _ changes: [String: String] = [:], _ reply: @escaping @Sendable (String, String) -> StubDaemon.Reply?
        ) throws -> TestClient.Response {
            let daemon = StubDaemon(reply)
            let settings = [
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1",
                "RUN_MAX_EXECUTION_TIME": "5", "RUN_MAX_OUTPUT_SIZE": "1024",
            ]
            let server = try ServerUnderTest(settings.merging(changes) { $1 })
            return try server.post(#"{"image":"any","payload":{}}"#)
        }

        /// Without output, only a call can end the run.
        private static let silentStream = StubDaemon.Reply.bytesAndSilence(Array("HTTP/1.1 101 UPGRADED\r\n\r\n".utf8))

        private func answer(stream bytes: [UInt8]) throws -> TestClient.Response {
            try answer { _, path in path.contains("/attach") ? StubDaemon.stream(bytes) : nil }
        }

        @Test func `a run with a daemon that does all it should has a result`() throws {
            let answer = try answer { _, _ in nil }
            #expect(answer.status == 200)
            #expect(answer.text == #"{"stdout":"from the stub"}"#)
        }

        @Test(arguments: [
            ("/containers/create", "docker.container.create"), ("/start", "docker.container.start"),
            ("/attach", "docker.container.attach"),
        ])
        func `a call that fails in the daemon is 500 with the daemon's message`(_ path: String, _ code: String) throws {
            let answer = try answer { _, called in
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
            let answer = try answer { _, called in
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
            let answer = try answer { _, path in path.contains("/attach") ? .bytes(Array(text.utf8)) : nil }
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.attach")
        }

        @Test(arguments: ["/attach", "/containers/create"])
        func `a head without an end is given up`(_ path: String) throws {
            let head =
                "HTTP/1.1 200 OK\r\n"
                + String(repeating: "X-Filler: \(String(repeating: "x", count: 200))\r\n", count: 2000)
            let answer = try answer { _, called in called.contains(path) ? .bytes(Array(head.utf8)) : nil }
            #expect(answer.status == 500)
            #expect(answer.errorCode?.hasPrefix("docker.container.") == true)
        }

        @Test func `bytes that come together with the head of the attach answer belong to the stream`() throws {
            // The stub sends head and frames in one piece, also where the frame is cut.
            let frames = StubDaemon.frame(1, #"{"a":"#) + StubDaemon.frame(1, "1}")
            #expect(try answer(stream: frames).text == #"{"a":1}"#)
        }

        @Test(arguments: [true, false])
        func `what is on stderr when the object is complete makes it worthless`(_ isFirst: Bool) throws {
            let (object, warning) = (StubDaemon.frame(1, #"{"a":1}"#), StubDaemon.frame(2, "but"))
            let answer = try answer(stream: isFirst ? warning + object : object + warning)
            #expect(answer.status == 500)
            #expect(answer.errorCode == "coderunner.stderr")
        }

        @Test func `frames on stdin are coderunner.stdin`() throws {
            let answer = try answer(stream: StubDaemon.frame(0, "what?"))
            #expect(answer.status == 500)
            #expect(answer.errorCode == "coderunner.stdin")
            #expect(answer.message == "Code runner returned unexpected stdin data: what?")
        }

        @Test(arguments: [
            StubDaemon.frame(4, "x"), [1, 0, 1, 0, 0, 0, 0, 1, 0x78], [255, 255, 255, 255, 255, 255, 255, 255],
        ])
        func `a malformed frame is docker.container.stream.read`(_ frame: [UInt8]) throws {
            let answer = try answer(stream: frame)
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read")
        }

        @Test func `the daemon's own words in a stream are docker.container.stream.read, and told`() throws {
            let answer = try answer(stream: StubDaemon.frame(1, #"{"a":"#) + StubDaemon.frame(3, "copy failed"))
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read")
            #expect(answer.message.hasSuffix("the Docker daemon says: copy failed"))
        }

        @Test func `a runner that dies without a word for lack of memory is limits.memory`() throws {
            let answer = try answer { method, path in
                if path.contains("/attach") { return StubDaemon.stream([]) }
                return method == "GET" && path.hasSuffix("/json")
                    ? .answer(200, #"{"State":{"Running":false,"OOMKilled":true}}"#) : nil
            }
            #expect(answer.status == 400)
            #expect(answer.errorCode == "limits.memory")
            #expect(answer.message.hasSuffix("(134217728 bytes)"))
        }

        @Test func `a daemon that ends the stream of a container which runs is docker.container.stream.read`() throws {
            let answer = try answer { method, path in
                if path.contains("/attach") { return StubDaemon.stream([]) }
                return method == "GET" && path.hasSuffix("/json") ? .answer(200, #"{"State":{"Running":true}}"#) : nil
            }
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read")
        }

        @Test func `a daemon that ends with the stream is docker.container.stream.read, and the run not done again`()
            throws
        {
            let isDying = Flag()
            let daemon = Self.daemonWithWaiting { path in
                if isDying.isSet { return .death }
                return path.contains("/attach") ? .answersAtEnd([], after: 1) : nil
            }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "POOL_MAX_IDLE": "1", "POOL_IMAGES": "any=1",
                "LOG_LEVEL": "debug",
            ])
            try eventually("none waits") { server.logText.contains("a container waits") }
            let client = try server.begin(body: #"{"image":"any","payload":{}}"#)
            try eventually("the image is not checked") { daemon.log.filter { $0.hasPrefix("GET /images/") }.count >= 2 }
            isDying.set()
            let answer = try client.response()
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read", "\(answer.text)")
        }

        @Test func `a warm run whose image check is not answered has its result, and is executed once`() throws {
            let isAsked = Flag()
            let daemon = Self.daemonWithWaiting { path in
                guard path.hasPrefix("/images/") && isAsked.isSet else { return nil }
                return .silence
            }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1",
                "POOL_MAX_IDLE": "1", "POOL_IMAGES": "any=1", "LOG_LEVEL": "debug",
            ])
            try eventually("none waits") { server.logText.contains("a container waits") }
            isAsked.set()
            let answer = try server.post(#"{"image":"any","payload":{}}"#)
            #expect(answer.text == #"{"warm":true}"#)
            #expect(answer.isWarm)
            #expect(answer.headers["server-timing"]?.contains("check;dur=") == true)
            #expect(!daemon.log.contains { $0.hasPrefix("POST /containers/docker-run-") && !$0.contains("-warm-") })
        }

        /// Its containers wait for the end of their stdin and then answer.
        private static func daemonWithWaiting(
            _ reply: @escaping @Sendable (String) -> StubDaemon.Reply?
        ) -> StubDaemon {
            StubDaemon { _, path in
                if let reply = reply(path) { return reply }
                if path.hasPrefix("/events") { return .bytesAndSilence(Array("HTTP/1.1 200 OK\r\n\r\n".utf8)) }
                if path.hasPrefix("/images/") { return .answer(200, #"{"Id":"sha256:1"}"#) }
                if path.hasPrefix("/containers/docker-run-warm-") {
                    if path.hasSuffix("/json") { return .answer(200, #"{"Image":"sha256:1"}"#) }
                    if path.contains("/attach") { return .answersAtEnd(StubDaemon.frame(1, #"{"warm":true}"#)) }
                }
                return nil
            }
        }

        @Test func `a run that needs a second container has the time that the first has left`() throws {
            // The first one ends without a word after a second; the second one says nothing at all.
            let daemon = Self.daemonWithWaiting { path in
                if path.contains("/docker-run-warm-") && path.contains("/attach") { return .answersAtEnd([], after: 1) }
                return path.contains("/attach") ? .openStream([]) : nil
            }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "POOL_MAX_IDLE": "1", "POOL_IMAGES": "any=1",
                "LOG_LEVEL": "debug", "RUN_MAX_EXECUTION_TIME": "1",
            ])
            try eventually("none waits") { server.logText.contains("a container waits") }
            let answer = try server.post(#"{"image":"any","payload":{}}"#)
            #expect(answer.errorCode == "limits.execution_time")
            // A second for the program, and one for the runner's answer, in all.
            let parts = (answer.headers["server-timing"] ?? "").components(separatedBy: ", ").dropFirst(2)
            let times = parts.compactMap { Double($0.components(separatedBy: "dur=").last ?? "") }
            #expect(parts.first?.hasPrefix("retry;dur=1") == true)
            #expect(times.count == 4 && times.reduce(0, +) < 3000, "\(parts)")
        }

        @Test func `a stream whose first frame comes late has its result`() throws {
            let result = StubDaemon.frame(1, #"{"late":true}"#)
            let answer = try answer { _, path in path.contains("/attach") ? .answersAtEnd(result, after: 1) : nil }
            #expect(answer.text == #"{"late":true}"#)
        }

        @Test(arguments: [
            #"{"Id":"1"}"#, #"{"Id":"1","Warnings":[]}"#, #"{"Id":"1","Warnings":null,"New":{"a":[1]}}"# + "\n", "",
        ])
        func `a container is created whatever else the answer says`(_ body: String) throws {
            let answer = try answer { _, path in path.hasPrefix("/containers/create") ? .answer(201, body) : nil }
            #expect(answer.text == #"{"stdout":"from the stub"}"#)
        }

        @Test func `an engine that wants another version of its API says so in the answer`() throws {
            let message = "client version 1.24 is too old. Minimum supported API version is 1.44"
            let answer = try answer { _, path in
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

        @Test(arguments: [(404, 400), (400, 400), (429, 500), (403, 500), (503, 500)])
        func `a create that is refused is the client's fault only where its image may be`(_ theirs: Int, _ ours: Int)
            throws
        {
            let answer = try answer { _, path in
                path.hasPrefix("/containers/create") ? .answer(theirs, "<html>no</html>") : nil
            }
            #expect(answer.status == ours)
            #expect(answer.errorCode == "docker.container.create")
            #expect(answer.message.contains("<html>no</html>"))
        }

        @Test(arguments: [1, 4, 7, 9, 14])
        func `a stream that ends within a frame is docker.container.stream.read`(_ length: Int) throws {
            let answer = try answer(stream: Array(StubDaemon.frame(1, #"{"a":1}"#).prefix(length)))
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read")
        }

        @Test func `a frame that announces more than the limit is refused before it comes`() throws {
            let answer = try answer { _, path in
                guard path.contains("/attach") else { return nil }
                let head = Array("HTTP/1.1 101 UPGRADED\r\n\r\n".utf8)
                return .bytesAndSilence(head + StubDaemon.frame(1, "{", length: .max))
            }
            #expect(answer.status == 400)
            #expect(answer.errorCode == "limits.read.size")
        }

        @Test func `a container that a failed create may have left is removed by its name`() throws {
            let daemon = StubDaemon { _, path in path.hasPrefix("/containers/create") ? .silence : nil }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1",
            ])
            let answer = try server.post(#"{"image":"any","payload":{}}"#)
            let id = try #require(answer.headers["x-request-id"])
            try eventually("it is not removed: \(daemon.log)") {
                daemon.log.contains("DELETE /containers/docker-run-\(id)?v=1&force=1")
            }
        }

        @Test func `a removal that fails is tried again until the container is gone`() throws {
            let attempts = Counter()
            let daemon = StubDaemon { method, _ in
                guard method == "DELETE" else { return nil }
                return attempts.next() < 3 ? .answer(500, #"{"message":"device or resource busy"}"#) : nil
            }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 200)
            try eventually("given up: \(daemon.log)") { daemon.log.filter { $0.hasPrefix("DELETE") }.count == 4 }
        }

        @Test func `what the daemon was still creating when its client died is removed within ten seconds`() throws {
            let isCreated = Flag()
            let daemon = Self.daemonWithLeftover(isCreated, answers: false)
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            try eventually("nobody looks") { daemon.log.filter { $0.hasPrefix("GET /containers/json") }.count == 3 }
            isCreated.set()
            try eventually("it is not removed: \(server.logText)", within: 10) {
                daemon.log.contains("DELETE /containers/docker-run-left?v=1&force=1")
            }
            #expect(daemon.log.contains { $0.hasPrefix("DELETE /volumes/docker-run-alive-dead-") })
        }

        @Test func `a container of a process that lives is left alone for as long as it says so`() throws {
            let isCreated = Flag()
            isCreated.set()
            let daemon = Self.daemonWithLeftover(isCreated, answers: true)
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            try eventually("it is not asked again and again") {
                daemon.log.filter { $0 == "POST /volumes/create" }.count == 3
            }
            #expect(!daemon.log.contains { $0.hasPrefix("DELETE /containers") })
            #expect(server.logText.components(separatedBy: "another server lives").count == 2)
        }

        @Test func `a question that a killed server left is removed, once its asker is known to be dead`() throws {
            let daemon = StubDaemon { method, path in
                guard method == "GET" && path.hasPrefix("/volumes?") else { return nil }
                // The new server's own question to each process stays, unless it is the one that lives.
                let name = ["dead", "alive"].first { path.contains("docker-run-alive-\($0)-") }
                if name == "dead" { return .answer(200, #"{"Volumes":[{"Name":"docker-run-alive-dead-1"}]}"#) }
                guard name == nil && path.contains("docker-run.server") else { return nil }
                let questions = ["dead", "alive"].map {
                    #"{"Name":"docker-run-alive-0-\#($0)","Labels":{"docker-run.instance":"\#($0)"}}"#
                }
                return .answer(200, #"{"Volumes":[\#(questions.joined(separator: ","))]}"#)
            }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            try eventually("it is not removed: \(server.logText)", within: 10) {
                daemon.log.contains("DELETE /volumes/docker-run-alive-0-dead")
            }
            try eventually("the other is not asked again") { server.logText.contains("another server lives") }
            #expect(!daemon.log.contains("DELETE /volumes/docker-run-alive-0-alive"))
        }

        /// It has a container of another process of the server, which answers that it lives or does not.
        private static func daemonWithLeftover(_ isCreated: Flag, answers: Bool) -> StubDaemon {
            StubDaemon { method, path in
                if path.hasPrefix("/containers/json") && isCreated.isSet {
                    return .answer(200, #"[{"Names":["/docker-run-left"],"Labels":{"docker-run.instance":"dead"}}]"#)
                }
                guard method == "GET" && path.hasPrefix("/volumes") else { return nil }
                let isAsked = path.contains("docker-run-alive-dead-") && !answers
                return .answer(
                    200, isAsked ? #"{"Volumes":[{"Name":"docker-run-alive-dead-1"}]}"# : #"{"Volumes":null}"#)
            }
        }

        @Test func `a stop waits for the container that an unanswered create may yet leave`() throws {
            let attempts = Counter()
            let daemon = StubDaemon { method, path in
                if path.hasPrefix("/containers/create") { return .silence }
                guard method == "DELETE" else { return nil }
                return attempts.next() < 2 ? .answer(404, #"{"message":"no such container"}"#) : nil
            }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1",
            ])
            #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 500)
            kill(server.pid, SIGTERM)
            #expect(try server.awaitExit() == 0)
            #expect(daemon.log.filter { $0.hasPrefix("DELETE /containers") }.count == 3)
        }

        @Test func `a removal that hangs holds up no other`() throws {
            let attempts = Counter()
            let daemon = StubDaemon { method, _ in method == "DELETE" && attempts.next() == 0 ? .silence : nil }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "600",
                "SERVER_WORKER_THREADS": "2",
            ])
            for _ in 0..<6 { #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 200) }
            try eventually("more than one is left: \(daemon.log)") {
                try ServerMetrics(server).values["docker_run_reaper_backlog"] == 1
            }
        }

        private final class Counter: @unchecked Sendable {
            private let lock = NSLock()
            private var count = 0

            func next() -> Int {
                lock.withLock {
                    defer { count += 1 }
                    return count
                }
            }
        }

        @Test func `a container whose create call was cut off by the daemon's end is removed when there is one again`()
            throws
        {
            let isDying = Flag()
            var daemon = StubDaemon { _, path in isDying.isSet && path.contains("/create") ? .death : nil }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            let body = #"{"image":"any","payload":{}}"#
            // It leaves a connection behind, which the next run takes: libcurl repeats a call that fails on such a one.
            #expect(try server.post(body).status == 200)
            try eventually("it is not removed") { daemon.log.contains { $0.hasPrefix("DELETE") } }
            isDying.set()
            let answer = try server.post(body)
            #expect(answer.status == 500)
            daemon = StubDaemon(at: daemon.path) { _, _ in nil }
            let id = try #require(answer.headers["x-request-id"])
            try eventually("it is not removed") {
                daemon.log.contains { $0.hasPrefix("DELETE /containers/docker-run-\(id)?") }
            }
        }
    }
}
