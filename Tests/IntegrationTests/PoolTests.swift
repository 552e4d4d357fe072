import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite(.serialized) struct Pool {
        private func server(_ changes: [String: String] = [:], port: Int? = nil) throws -> ServerUnderTest {
            let settings = ["POOL_MAX_IDLE": "4", "LOG_LEVEL": "debug"]
            return try ServerUnderTest(port: port, settings.merging(changes) { $1 })
        }

        /// Runs it cold, and waits until one more waits for the next.
        private func warmUp(_ server: ServerUnderTest, _ image: String = "echo") throws -> [String] {
            #expect(try server.run(image).status == 200)
            return try server.awaitWaiting(1)
        }

        private func names(_ containers: [Engine.Container]) -> Set<String> { Set(containers.map(\.name)) }

        // MARK: What waits

        @Test func `the first run of an image is cold, the next is warm, and the log says so`() throws {
            let server = try server()
            let first = try server.run("echo", payload: #"{"a":1}"#)
            #expect(first.text == #"{"echo":{"a":1}}"#)
            #expect(first.headers["server-timing"]?.hasPrefix("cold, queue;dur=") == true)
            try server.awaitWaiting(1)
            let second = try server.run("echo", payload: #"{"a":2}"#)
            #expect(second.text == #"{"echo":{"a":2}}"#)
            #expect(second.headers["server-timing"]?.hasPrefix("warm, queue;dur=") == true)
            try eventually("the log does not say so") {
                server.logText.contains(" start=cold ") && server.logText.contains(" start=warm ")
            }
        }

        @Test func `every run has a container of its own, which is gone after it`() throws {
            let server = try server()
            for _ in 0..<5 { _ = try warmUp(server) }
            var used: [Substring] = []
            try eventually("the log has no line for each") {
                let lines = server.logText.split(separator: "\n").filter { $0.contains(" info request ") }
                used = lines.joined(separator: " ").split(separator: " ").filter {
                    $0.hasPrefix("container=docker-run-")
                }
                return used.count == 5
            }
            #expect(Set(used).count == 5)
            try eventually("they are not gone") {
                let names = try server.containers().map { "container=\($0.name.dropFirst())" }
                return !used.contains { names.contains(String($0)) }
            }
        }

        @Test func `as many wait as were needed at once, within what may`() throws {
            let server = try server(["POOL_MAX_IDLE": "3"])
            let clients = try (0..<4).map { _ in try server.begin(script: "sleep 1; echo '{}'") }
            for client in clients { #expect(try client.response().status == 200) }
            try server.awaitWaiting(3)
            let burst = try inParallel(3) { [server] _ in try server.run(script: "echo '{}'") }
            #expect(burst.allSatisfy { $0.status == 200 && $0.isWarm })
        }

        @Test func `what nobody needs any more is given up`() throws {
            let server = try server(["POOL_IDLE_TIMEOUT": "1"])
            #expect(try server.run("echo").status == 200)
            try eventually("none waits") { server.logText.contains("a container waits") }
            try server.awaitNoContainers()
        }

        @Test func `the image that was used least recently gives way`() throws {
            let server = try server(["POOL_MAX_IDLE": "1"])
            let echo = try warmUp(server)
            #expect(try server.run(script: "echo '{}'").status == 200)
            try eventually("it does not give way") { try !server.containers().contains { $0.id == echo[0] } }
            try server.awaitWaiting(1)
            #expect(try server.run(script: "echo '{}'").isWarm)
        }

        @Test func `images that are named are warm from the start`() throws {
            let server = try server(["POOL_IMAGES": "docker-run-test/echo=2 docker-run-test/shell=1"])
            try server.awaitWaiting(3)
            #expect(try server.run("echo").isWarm)
            #expect(try server.run(script: "echo '{}'").isWarm)
        }

        @Test func `a pool of none keeps none`() throws {
            let server = try server(["POOL_MAX_IDLE": "0"])
            for _ in 0..<2 { #expect(try !server.run("echo").isWarm) }
            try server.awaitNoContainers()
        }

        @Test func `settings that differ never share`() throws {
            let server = try server([
                "RUN_BUILTIN_RUNNER_PATH": BuiltinRunner.path, "POOL_IMAGES": "docker-run-test/echo=1:builtin",
            ])
            try server.awaitWaiting(1)
            let image = try server.run("echo")
            #expect(!image.isWarm)
            #expect(image.text == #"{"echo":{}}"#)
            let builtin = try server.post(
                #"{"image":"docker-run-test/echo","runner":"builtin","payload":{"language":"","files":[],"command":"echo hi"}}"#
            )
            #expect(builtin.isWarm)
            #expect(builtin.json["stdout"] as? String == "hi\n", "\(builtin.text)")
        }

        @Test func `the time that a warm run may take begins with its payload`() throws {
            let server = try server(["RUN_MAX_EXECUTION_TIME": "2", "POOL_MAX_IDLE": "1"])
            let waiting = try warmUp(server)
            let since = ContinuousClock.now
            try eventually("time stands still") { ContinuousClock.now - since > .seconds(3) }
            #expect(try server.awaitWaiting(1) == waiting)
            let answer = try server.run("echo")
            #expect(answer.status == 200)
            #expect(answer.isWarm)
            let began = ContinuousClock.now
            #expect(try server.run(script: "sleep 600").errorCode == "limits.execution_time")
            #expect(ContinuousClock.now - began > .seconds(2))
        }

        // MARK: Room

        /// What GET /metrics says of the pool.
        private func metric(_ name: String, _ server: ServerUnderTest) throws -> Double? {
            try ServerMetrics(server).values["docker_run_pool_\(name)"]
        }

        @Test func `after single runs and a quiet moment a burst is warm, as large as the pool`() throws {
            let server = try server(["POOL_MAX_IDLE": "16", "SERVER_WORKER_THREADS": "16"])
            for _ in 0..<2 { #expect(try server.run(script: "echo '{}'").status == 200) }
            try eventually("the pool is not full: \(server.logText)", within: 60) {
                try metric(#"containers{image="docker-run-test/shell"}"#, server) == 16
            }
            let burst = try inParallel(16) { [server] _ in try server.run(script: "echo '{}'") }
            #expect(burst.allSatisfy { $0.status == 200 && $0.isWarm })
            try eventually("they are not counted") { try metric("hits_total", server) ?? 0 >= 16 }
        }

        @Test func `what an image says that its waiting containers take is counted, and bounds them`() throws {
            let server = try server(["POOL_MAX_IDLE": "8", "POOL_MAX_MEMORY": "250000000"])
            func run(memory: Int) throws -> TestClient.Response {
                try server.post(
                    #"{"image":"docker-run-test/echo-memory","payload":{},"limits":{"memory":\#(memory)}}"#)
            }
            #expect(try server.run("echo-memory").status == 200)
            try eventually("two do not wait: \(server.logText)") { try metric("memory_bytes", server) == 200_000_000 }
            #expect(try metric("memory_max_bytes", server) == 250_000_000)
            // What waits would leave it little.
            #expect(try !run(memory: 120_000_000).isWarm)
            #expect(try run(memory: 134_000_000).isWarm)
            try eventually("two do not wait again") { try metric("memory_bytes", server) == 200_000_000 }
            #expect(try server.awaitWaiting(2).count == 2)
        }

        @Test func `without preludes containers are told so, and take what is usual`() throws {
            let server = try server(["POOL_MAX_MEMORY": "250000000", "PRELUDE": "off"])
            let environment = #"echo "{\"prelude\":\"$CODE_RUNNER_PRELUDE\"}""#
            #expect(try server.run(script: environment).text == #"{"prelude":"off"}"#)
            #expect(try server.run("echo-memory").status == 200)
            try eventually("four do not wait: \(server.logText)") {
                try metric("memory_bytes", server) == 4 * 8_388_608
            }
            let limited = #"{"image":"docker-run-test/echo-memory","payload":{},"limits":{"memory":120000000}}"#
            #expect(try server.post(limited).isWarm)
        }

        @Test func `the Engine's machine says how much they may take if nobody else does`() throws {
            let daemon = StubDaemon { _, path in path == "/info" ? .answer(200, #"{"MemTotal":400000000}"#) : nil }
            let server = try server(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            #expect(try metric("memory_max_bytes", server) == 100_000_000)
        }

        @Test func `the log says that fewer wait than always should`() throws {
            let server = try server(["POOL_IMAGES": "docker-run-test/echo-memory=3", "POOL_MAX_MEMORY": "250000000"])
            try eventually("it does not say so: \(server.logText)") {
                server.logText.contains("fewer containers wait than POOL_IMAGES says")
            }
            try eventually("two do not wait") { try metric("memory_bytes", server) == 200_000_000 }
        }

        // MARK: Death

        @Test(arguments: ["kill", "remove"])
        func `a container that dies while it waits is replaced and never handed out`(_ how: String) throws {
            let server = try server(["POOL_MAX_IDLE": "1"])
            let waiting = try warmUp(server)
            if how == "kill" {
                try Engine.call("POST", "/containers/\(waiting[0])/kill")
            } else {
                try Engine.remove(waiting[0])
            }
            let answer = try server.run("echo")
            #expect(answer.status == 200)
            try eventually("it is not removed") { try !server.containers().contains { $0.id == waiting[0] } }
            #expect(try server.awaitWaiting(1) != waiting)
        }

        @Test func `a container that dies as it is handed out is made up for by a cold one`() throws {
            let daemon = StubDaemon { _, path in
                if path.hasPrefix("/events") { return .bytesAndSilence(Array("HTTP/1.1 200 OK\r\n\r\n".utf8)) }
                if path.hasPrefix("/containers/docker-run-warm-") && path.hasSuffix("/json") {
                    return .answer(200, #"{"Image":"sha256:1"}"#)
                }
                if path.hasPrefix("/images/") { return .answer(200, #"{"Id":"sha256:1"}"#) }
                // It waits for the end of its stdin, and then it ends.
                let isWarm = path.hasPrefix("/containers/docker-run-warm-") && path.contains("/attach")
                return isWarm ? .bytesAndSilence(Array("HTTP/1.1 101 UPGRADED\r\n\r\n".utf8)) : nil
            }
            let server = try server(["DOCKER_UNIX_SOCKET_PATH": daemon.path, "POOL_IMAGES": "any=1"])
            try eventually("none waits") { server.logText.contains("a container waits") }
            let answer = try server.post(#"{"image":"any","payload":{}}"#)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"stdout":"from the stub"}"#)
            #expect(!answer.isWarm)
            try eventually("both are not removed") { daemon.log.filter { $0.hasPrefix("DELETE") }.count >= 2 }
        }

        @Test func `what a container says before it is asked belongs to its run`() throws {
            // The image prints the beginning of its result before it reads.
            let server = try server()
            _ = try warmUp(server)
            let answer = try server.run("echo", payload: #"{"a":1}"#)
            #expect(answer.isWarm)
            #expect(answer.text == #"{"echo":{"a":1}}"#)
        }

        @Test func `an image that does not wait for its payload is as it is without a pool`() throws {
            let server = try server()
            for _ in 0..<3 {
                let answer = try server.run("deaf")
                #expect(answer.errorCode == "coderunner.stdout.decode")
                #expect(!answer.isWarm)
            }
        }

        @Test func `after a restart of the daemon containers wait again`() throws {
            let server = try server(["POOL_IMAGES": "docker-run-test/echo=2"])
            let before = try server.awaitWaiting(2)
            try Engine.control("restart")
            let after = try server.awaitWaiting(2)
            #expect(Set(before).isDisjoint(with: after))
            try eventually("runs are not warm again") {
                let answer = try server.run("echo")
                #expect(answer.status == 200)
                return answer.isWarm
            }
        }

        @Test func `no client sees that containers are killed while they wait and while they are handed out`() throws {
            // A few dozen hand-outs in each test run; thousands on demand.
            let count = ProcessInfo.processInfo.environment["STRESS_HANDOUTS"].flatMap(Int.init) ?? 30
            let server = try server([
                "POOL_MAX_IDLE": "6", "POOL_IMAGES": "docker-run-test/shell=6", "LOG_LEVEL": "info",
            ])
            @Sendable func waiting() throws -> [Engine.Container] {
                try server.containers().filter { $0.state == "running" && $0.name.hasPrefix("/docker-run-warm-") }
            }
            let isOver = Flag()
            let killer = Thread.repeats(until: isOver) {
                // The last one is left, or a daemon that takes its time would never have one for the clients.
                let all = try waiting()
                guard all.count > 1, let victim = all.randomElement() else { return }
                if Bool.random() {
                    try Engine.remove(victim.id)
                } else {
                    try Engine.call("POST", "/containers/\(victim.id)/kill")
                }
            }
            _ = try inParallel(2) { [server] _ in
                var handedOut = 0
                while handedOut < count / 2 {
                    try eventually("none waits") { try !waiting().isEmpty }
                    // One write, which a kill cannot cut in two.
                    let answer = try server.run(script: "echo '{\"a\":\(handedOut)}'")
                    try #require(answer.status == 200, "\(answer.text)")
                    try #require(answer.text == "{\"a\":\(handedOut)}")
                    if answer.isWarm { handedOut += 1 }
                }
            }
            isOver.set()
            killer.wait()
            kill(server.pid, SIGTERM)
            #expect(try server.awaitExit() == 0)
            let left = try server.containers()
            #expect(left.isEmpty, "\(left) \(server.logText)")
        }

        // MARK: Images

        @Test func `a tag that moves to another image empties the pool before the next run`() throws {
            defer { _ = try? Engine.call("DELETE", "/images/docker-run-test/moving:latest") }
            func move(to image: String) throws {
                let answer = try Engine.call(
                    "POST", "/images/docker-run-test/\(image)/tag?repo=docker-run-test/moving&tag=latest")
                try #require(answer.status == 201)
            }
            try move(to: "echo")
            let server = try server(["POOL_MAX_IDLE": "1"])
            let script = ServerUnderTest.payload(script: #"echo '{"shell":true}'"#)
            var waiting: [String] = []
            for round in 0..<8 {
                let ofOldImage = waiting
                let isEcho = round.isMultiple(of: 2)
                for isFirst in [true, false] {
                    let answer = try server.run("moving", payload: script)
                    #expect(answer.json.keys.first == (isEcho ? "echo" : "shell"), "round \(round): \(answer.text)")
                    #expect(isFirst || answer.isWarm)
                    waiting = try server.awaitWaiting(1, besides: ofOldImage)
                }
                try move(to: isEcho ? "shell" : "echo")
            }
        }

        // MARK: Ends

        @Test func `SIGTERM removes what waits`() throws {
            let server = try server(["POOL_IMAGES": "docker-run-test/echo=3"])
            try server.awaitWaiting(3)
            kill(server.pid, SIGTERM)
            #expect(try server.awaitExit() == 0)
            #expect(try server.containers().isEmpty)
            #expect(server.logText.contains("pool_refills=3"))
        }

        @Test func `what waited when a server was killed is removed when it starts again`() throws {
            let killed = try server(["POOL_IMAGES": "docker-run-test/echo=3"])
            let left = try killed.awaitWaiting(3)
            kill(killed.pid, SIGKILL)
            _ = try killed.awaitExit()
            let next = try server(port: killed.port)
            try next.awaitNoContainers()
            #expect(left.count == 3)
        }

        @Test func `two servers on one daemon leave each other's waiting containers alone`() throws {
            let one = try server(["POOL_MAX_IDLE": "1"])
            let waiting = try warmUp(one)
            let other = try server()
            _ = try warmUp(other)
            kill(other.pid, SIGTERM)
            #expect(try other.awaitExit() == 0)
            #expect(try one.awaitWaiting(1) == waiting)
            #expect(try one.run("echo").isWarm)
        }
    }
}
