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

        // MARK: Memory, processes, CPUs

        /// Of the runtimes that the tests' engines have, those that keep limits by cgroups.
        private static let runtimes = ["runc", "crun"].filter { (try? Engine.runtimes().contains($0)) == true }

        /// Prints the limits of the cgroup that it is in, as the kernel has them: v1 or v2.
        private static let ownLimits = """
            cd /sys/fs/cgroup
            if [ -e memory.max ]; then
                read -r quota period <cpu.max
                cat memory.max pids.max
            else
                cat memory/memory.limit_in_bytes
                cat pids/pids.max
                read -r quota <cpu/cpu.cfs_quota_us
                read -r period <cpu/cpu.cfs_period_us
            fi
            echo $((100 * quota / period))
            """

        @Test(arguments: runtimes)
        func `a container has its run's limits of memory, processes and CPUs, be it new or one that waited`(
            _ runtime: String
        ) throws {
            let server = try server(["DOCKER_CONTAINER_RUNTIME": runtime])
            let limits = #"{"memory":33554432,"pids":20,"cpus":0.5}"#
            for answer in try coldAndWarm(server, body(limits, Self.ownLimits)) {
                #expect(answer.json["stdout"] as? String == "33554432\n20\n50\n", "\(answer.text)")
                #expect(answer.headers["server-timing"]?.contains("update;dur=") == answer.isWarm)
            }
        }

        @Test(arguments: runtimes)
        func `a limit alone leaves the others as the server has them`(_ runtime: String) throws {
            for (limits, expected) in [
                (#"{"pids":20}"#, "134217728\n20\n150\n"), (#"{"memory":33554432}"#, "33554432\n512\n150\n"),
                (#"{"cpus":0.25}"#, "134217728\n512\n25\n"),
            ] {
                let server = try server(["DOCKER_CONTAINER_RUNTIME": runtime, "DOCKER_CONTAINER_CPUS": "1.5"])
                _ = try server.post(body("{}", "true"))
                try server.awaitWaiting(1)
                let answer = try server.post(body(limits, Self.ownLimits))
                #expect(answer.isWarm)
                #expect(answer.json["stdout"] as? String == expected, "\(answer.text)")
            }
        }

        @Test func `a program that takes more memory than its run has is ended for it, be its container cold or warm`()
            throws
        {
            let server = try server()
            let body = try body(#"{"memory":33554432}"#, "exec busybox tail -n 1 /dev/zero")
            for answer in try coldAndWarm(server, body) {
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.json["signal"] as? Int == 9, "\(answer.text)")
                #expect((answer.json["error"] as? String)?.contains("(limit 33554432 bytes)") == true)
            }
        }

        @Test func `a runner that takes more memory than its run has is told of that limit`() throws {
            let payload = ServerUnderTest.payload(script: "exec busybox tail -n 1 /dev/zero")
            let request = #"{"image":"docker-run-test/shell","payload":\#(payload),"limits":{"memory":20971520}}"#
            let server = try server()
            for answer in [try server.post(request), try server.post(request)] {
                #expect(answer.errorCode == "limits.memory", "\(answer.text)")
                #expect(answer.message.contains("20971520 bytes"))
            }
        }

        /// Waits until one that waits holds what it is going to hold.
        ///
        /// - Returns: the ids of those that wait.
        private func awaitHoarder(_ server: ServerUnderTest, besides givenUp: [String] = []) throws -> [String] {
            let waiting = try server.awaitWaiting(1, besides: givenUp)
            try eventually("it holds nothing") {
                let statistics = try Engine.call("GET", "/containers/\(waiting[0])/stats?stream=false").json
                let memory = statistics["memory_stats"] as? [String: Any]
                return memory?["usage"] as? Int ?? 0 > 40_000_000
            }
            return waiting
        }

        @Test func `a container that waits and holds more memory than a run may have is not used for it`() throws {
            let server = try server()
            _ = try server.run("hoarder")
            let first = try awaitHoarder(server)
            let answer = try server.post(
                #"{"image":"docker-run-test/hoarder","payload":{"a":1},"limits":{"memory":20971520}}"#)
            #expect(!answer.isWarm)
            #expect(answer.headers["server-timing"]?.contains("retry;dur=") == true)
            _ = try awaitHoarder(server, besides: first)
            let other = try server.post(
                #"{"image":"docker-run-test/hoarder","payload":{"a":1},"limits":{"memory":100000000}}"#)
            #expect(other.isWarm)
            #expect(other.text == #"{"echo":{"a":1}}"#)
        }

        @Test func `with gVisor such runs are cold from the second on, and others warm`() throws {
            guard try Engine.runtimes().contains("runsc") else { return }
            let server = try server(["DOCKER_CONTAINER_RUNTIME": "runsc"])
            _ = try server.run("echo")
            let first = try server.awaitWaiting(1)
            for isFirst in [true, false] {
                let request = #"{"image":"docker-run-test/echo","payload":{},"limits":{"memory":33554432,"pids":30}}"#
                let answer = try server.post(request)
                #expect(answer.text == #"{"echo":{}}"#)
                #expect(!answer.isWarm)
                #expect(answer.headers["server-timing"]?.contains("retry;dur=") == isFirst)
            }
            try server.awaitWaiting(1, besides: first)
            #expect(try server.run("echo").isWarm)
        }

        @Test(arguments: [
            (#"{"executionTime":30.5}"#, #""limits.executionTime" must be from 0.1 to 30 seconds"#),
            (#"{"outputSize":1}"#, #""limits.outputSize" must be from 1024 to 4000000 bytes"#),
            (#"{"memory":134217729}"#, #""limits.memory" must be from 16777216 to 134217728 bytes"#),
            (#"{"pids":1}"#, #""limits.pids" must be from 2 to 512"#),
            (#"{"cpus":4096}"#, #""limits.cpus" must be from 0.01 to "#),
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
