import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite(.serialized) struct Lifetime {
        @Test func `SIGTERM lets a run finish, answers what waits, and leaves nothing`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "1"])
            let running = try server.begin(script: "sleep 3; echo '{\"a\":1}'")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            let waiting = try server.begin(script: "echo '{}'")
            // Once its answer is there, the one that waits has arrived too: it was sent before on this machine's loopback.
            #expect(try server.get("/", token: nil).status == 200)
            kill(server.pid, SIGTERM)
            let refused = try waiting.response()
            #expect(refused.status == 503)
            #expect(refused.errorCode == "server.shutting_down")
            #expect(throws: TestClient.ConnectionFailed.self) { try server.connect() }
            let answer = try running.response()
            #expect(answer.status == 200)
            #expect(answer.text == #"{"a":1}"#)
            #expect(answer.headers["connection"] == "close")
            #expect(try server.awaitExit() == 0)
            #expect(try server.containers().isEmpty)
        }

        @Test func `a run that outlasts the grace is answered 503 and its container removed`() throws {
            let server = try ServerUnderTest(["SERVER_SHUTDOWN_GRACE": "1", "RUN_MAX_EXECUTION_TIME": "600"])
            let running = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            kill(server.pid, SIGTERM)
            #expect(try running.response().errorCode == "server.shutting_down")
            #expect(try server.awaitExit() == 0)
            #expect(try server.containers().isEmpty)
        }

        @Test func `a second signal ends at once, and removes the containers all the same`() throws {
            let server = try ServerUnderTest(["RUN_MAX_EXECUTION_TIME": "600"])
            let running = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            kill(server.pid, SIGINT)
            try eventually("the first signal is not noticed") { server.logText.contains("stopping") }
            kill(server.pid, SIGINT)
            #expect(try server.awaitExit() == 1)
            #expect(try server.containers().isEmpty)
            withExtendedLifetime(running) {}
        }

        @Test func `SIGTERM ends an idle server that has idle connections`() throws {
            let server = try ServerUnderTest()
            let client = try server.connect()
            #expect(try client.request("GET", "/").status == 200)
            kill(server.pid, SIGTERM)
            #expect(try client.isClosedByPeer())
            #expect(try server.awaitExit() == 0)
        }

        @Test func `SIGTERM ends a server that is asking a daemon which does not answer`() throws {
            let daemon = StubDaemon { _, path in path == "/version" ? .silence : nil }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "SERVER_SHUTDOWN_GRACE": "1",
                "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "600",
            ])
            let clients = try (0..<3).map { _ in
                let client = try server.connect()
                client.send("GET /version HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\n\r\n")
                return client
            }
            try eventually("the daemon is not asked") { daemon.log.contains("GET /version") }
            kill(server.pid, SIGTERM)
            #expect(try clients[1].response().errorCode == "server.shutting_down")
            #expect(try clients[2].response().errorCode == "server.shutting_down")
            #expect(try server.awaitExit() == 0)
        }

        @Test func `SIGTERM ends a server whose client does not take its answer`() throws {
            let server = try ServerUnderTest(["SERVER_SHUTDOWN_GRACE": "1"])
            let text = String(repeating: "x", count: 2_000_000)
            let client = try server.connect()
            let body = #"{"image":"docker-run-test/echo","payload":{"a":"\#(text)"}}"#
            client.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            try eventually("it is not answered") { server.logText.contains("status=200") }
            kill(server.pid, SIGTERM)
            #expect(try server.awaitExit() == 0)
            withExtendedLifetime(client) {}
        }

        @Test func `what a killed server left is removed when it starts again, and nothing else`() throws {
            let stranger = try Engine.call(
                "POST", "/containers/create",
                json: ["Image": "docker-run-test/deaf", "Labels": ["docker-run.server": "another:127.0.0.1:1"]])
            let strangerID = try #require(stranger.json["Id"] as? String)
            defer { try? Engine.remove(strangerID) }

            let killed = try ServerUnderTest(["RUN_MAX_EXECUTION_TIME": "600"])
            let clients = try (0..<3).map { _ in try killed.begin(script: "sleep 600") }
            try eventually("they do not run") { try killed.containers().filter { $0.state == "running" }.count == 3 }
            kill(killed.pid, SIGKILL)
            _ = try killed.awaitExit()
            let left = try killed.containers()
            #expect(left.count == 3)
            // As if it had been killed while it asked whether another process lives.
            let question = "docker-run-alive-0-\(try #require(left[0].labels["docker-run.instance"]))"
            #expect(
                try Engine.call("POST", "/volumes/create", json: ["Name": question, "Labels": left[0].labels]).status
                    == 201)

            let next = try ServerUnderTest(port: killed.port)
            try next.awaitNoContainers()
            try eventually("the question is left") { try Engine.call("GET", "/volumes/\(question)").status == 404 }
            #expect(try Engine.containers().contains { $0.id == strangerID })
            withExtendedLifetime(clients) {}
        }

        @Test func `two servers that cannot be told apart leave each other's containers alone, and say so`() throws {
            // A socket that both accept from gives them the same identity, as two network namespaces would.
            let listener = try Listener()
            let first = try ServerUnderTest(listener: listener)
            let busy = try first.begin(script: "sleep 8; echo '{\"a\":1}'")
            try eventually("it does not run") { try first.containers().contains { $0.state == "running" } }

            let second = try ServerUnderTest(listener: listener)
            try eventually("the second one does not notice: \(second.logText)") {
                second.logText.contains("another server lives that has this one's name")
            }
            #expect(try busy.response().text == #"{"a":1}"#)
            kill(second.pid, SIGTERM)
            #expect(try second.awaitExit() == 0)
            let volumes = try Engine.call("GET", "/volumes").json["Volumes"] as? [[String: Any]] ?? []
            let ours = volumes.filter { volume in
                let server = (volume["Labels"] as? [String: String])?["docker-run.server"]
                return server?.hasSuffix(":\(first.port)") == true
            }
            #expect(ours.isEmpty)
        }

        @Test func `when the daemon is killed and started again, runs fail and then work again`() throws {
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_READ_TIMEOUT": "10", "RUN_MAX_EXECUTION_TIME": "20"])
            let stop = Flag()
            let load = (0..<4).map { _ in Thread.repeats(until: stop) { [server] in _ = try server.run("echo") } }
            try eventually("no run succeeds") { server.logText.contains("status=200") }
            try Engine.control("kill")
            try eventually("no run fails") { server.logText.contains("status=500") }
            try Engine.control("start")
            stop.set()
            for client in load { client.wait() }
            try eventually("the server does not recover") { try server.run("echo").status == 200 }
            try server.awaitNoContainers()
        }

        @Test func `a socket that accepts and never answers costs a run no more than the read timeout`() throws {
            try Engine.control("freeze")
            defer { try? Engine.control("thaw") }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1"])
            let answer = try server.run("echo")
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.create")
            #expect(try server.get("/version").errorCode == "docker.version")
            try Engine.control("thaw")
            try server.awaitNoContainers()
            #expect(try server.run("echo").status == 200)
        }

        @Test func `faults of the configuration are all reported, and end the program with 1`() throws {
            let text = try ServerUnderTest.textOfFailedStart([
                "SERVER_LISTEN_PORT": "http", "DOCKER_CONTAINER_READONLY_ROOTFS": "yes", "API_ACCESS_TOKEN": "",
            ])
            for name in ["SERVER_LISTEN_PORT", "DOCKER_CONTAINER_READONLY_ROOTFS", "API_ACCESS_TOKEN"] {
                #expect(text.contains(name), "\(text)")
            }
        }
    }
}
