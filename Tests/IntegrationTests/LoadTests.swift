import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite(.serialized) struct Load {
        @Test func `as many runs go on at once as there are workers`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "8", "RUN_MAX_EXECUTION_TIME": "60"])
            let clients = try (0..<8).map { _ in try server.begin(script: "sleep 4; echo '{}'") }
            try eventually("not all of them run at once") {
                try server.containers().filter { $0.state == "running" }.count == 8
            }
            for client in clients { #expect(try client.response().status == 200) }
            try server.awaitNoContainers()
        }

        @Test func `what is over the queue is refused at once, and everything else is answered meanwhile`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "1", "SERVER_QUEUE_SIZE": "2"])
            let running = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            let waiting = try (0..<2).map { _ in try server.begin(script: "echo '{}'") }
            // That the two have arrived shows in the third being refused.
            try eventually("nothing is refused") {
                let probe = try server.begin(script: "echo '{}'")
                var poller = pollfd(fd: probe.descriptor, events: Int16(POLLIN), revents: 0)
                return poll(&poller, 1, 500) == 1
            }
            let refused = try server.run(script: "echo '{}'")
            #expect(refused.status == 503)
            #expect(refused.errorCode == "server.overloaded")
            #expect(refused.headers["retry-after"] != nil)
            #expect(try server.get("/", token: nil).status == 200)
            #expect(try server.get("/version").status == 200)
            withExtendedLifetime((running, waiting)) {}
        }

        @Test func `a client that leaves while its run goes on has its container removed`() throws {
            let server = try ServerUnderTest()
            var client: TestClient? = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            _ = client
            client = nil
            try eventually("the container is still there", within: 5) { try server.containers().isEmpty }
            try eventually("no line in the log") { server.logText.contains("error=client_gone") }
        }

        @Test func `a client that closes its sending side while its run goes on counts as gone`() throws {
            let server = try ServerUnderTest()
            let client = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            shutdown(client.descriptor, Int32(SHUT_WR))
            #expect(try client.isClosedByPeer())
            try eventually("the container is still there", within: 5) { try server.containers().isEmpty }
            try eventually("no line in the log") { server.logText.contains("status=499 error=client_gone") }
        }

        @Test func `a body is not looked at before a worker has the time, and holds up nobody`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "1", "SERVER_MAX_BODY_SIZE": "100000000"])
            let running = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            let bad = try server.begin(body: "{")
            let large = try server.begin(
                body: #"{"image":"","payload":{\#((0..<1_000_000).map { "\"\($0)\":0" }.joined(separator: ","))}}"#)
            #expect(try server.get("/", token: nil).status == 200)
            // A connection's requests are handled in the order in which they come, and these came before.
            #expect(!bad.hasNews(within: 0))
            #expect(!large.hasNews(within: 0))
            shutdown(running.descriptor, Int32(SHUT_RDWR))
            #expect(try bad.response().errorCode == "request.body")
            #expect(try large.response().message.contains("\"image\" is empty"))
        }

        @Test func `a client that leaves before its body was read costs no container`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "1"])
            let running = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            var waiting: TestClient? = try server.begin(script: "echo '{}'")
            // Once its answer is there, the run waits: it was sent before.
            #expect(try server.get("/", token: nil).status == 200)
            withExtendedLifetime(waiting) {}
            waiting = nil
            try eventually("no line in the log") { server.logText.contains("error=client_gone") }
            shutdown(running.descriptor, Int32(SHUT_RDWR))
            try server.awaitNoContainers()
            #expect(try server.run("echo").status == 200)
            #expect(server.logText.components(separatedBy: "error=client_gone").count == 3)
        }

        @Test func `clients that reset at any moment leave nothing behind`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "4", "SERVER_QUEUE_SIZE": "20"])
            #expect(try server.run("echo").status == 200)
            _ = try inParallel(10) { [server] thread in
                var random = SeededGenerator(seed: UInt64(thread))
                for _ in 0..<20 {
                    let client = try server.begin(script: "echo '{}'")
                    if Bool.random(using: &random) { client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
                    // Up to this moment it may be waiting, running or answered.
                    _ = client.hasNews(within: Double.random(in: 0...0.4, using: &random))
                    var now = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(client.descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
                }
            }
            try eventually("somebody is still there") {
                let metrics = try ServerMetrics(server)
                return metrics.values["docker_run_runs_in_flight"] == 0
                    && metrics.values["docker_run_runs_waiting"] == 0 && metrics.values["docker_run_connections"] == 1
            }
            try server.awaitNoContainers()
            for _ in 0..<4 { #expect(try server.run("echo").status == 200) }
        }

        @Test(arguments: [false, true])
        func `a client that resets its connection is noticed, and costs the loop nothing`(_ isPipelining: Bool) throws {
            let server = try ServerUnderTest()
            var client: TestClient? = try server.begin(script: "sleep 600")
            if isPipelining { client?.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            // Closing with SO_LINGER 0 resets, socket(7).
            var now = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client!.descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
            client = nil
            try eventually("the container is still there", within: 5) { try server.containers().isEmpty }
            try eventually("no line in the log") { server.logText.contains("error=client_gone") }
        }

        @Test func `a client that leaves while it waits gives its place to the next`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "1", "SERVER_QUEUE_SIZE": "1"])
            let running = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            for _ in 0..<5 {
                // Each would find the queue full if the one before had not left it.
                let waiting = try server.begin(script: "echo '{}'")
                var poller = pollfd(fd: waiting.descriptor, events: Int16(POLLIN), revents: 0)
                #expect(poll(&poller, 1, 200) == 0, "it was refused")
            }
            withExtendedLifetime(running) {}
        }

        @Test func `a thousand connections that send nothing keep nobody out`() throws {
            let server = try ServerUnderTest()
            let idle = try (0..<1000).map { index in
                let client = try server.connect()
                if index.isMultiple(of: 2) { client.send("POST /run HTTP/1.1\r\nHost: te") }
                return client
            }
            #expect(try server.get("/", token: nil).status == 200)
            #expect(try server.run("echo").status == 200)
            withExtendedLifetime(idle) {}
        }

        @Test func `random bytes at the port are refused, each connection closed, and harm nobody`() throws {
            let server = try ServerUnderTest()
            var random = SeededGenerator(seed: 41)
            let neighbour = try server.connect()
            for round in 0..<300 {
                let client = try server.connect()
                let isBody = round.isMultiple(of: 3)
                if isBody {
                    client.send(
                        "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\nTransfer-Encoding: chunked\r\n\r\n"
                    )
                }
                // A byte that begins neither a head nor a chunk, so that all of it is wrong, whatever follows.
                client.send(
                    [0]
                        + (0..<Int.random(in: 0...2000, using: &random)).map { _ in
                            UInt8.random(in: 0...255, using: &random)
                        })
                let answer = try client.response()
                #expect(answer.status == 400, "round \(round)")
                #expect(answer.errorCode == (isBody ? "request.body" : "request.head"), "round \(round)")
                #expect(try client.isClosedByPeer(), "round \(round)")
                #expect(try neighbour.request("GET", "/").status == 200, "round \(round)")
            }
        }

        @Test func `five hundred runs leave no descriptor, no container and no memory behind`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "4"])
            let atStart = server.descriptorCount
            func runs(_ count: Int) throws {
                _ = try inParallel(4) { [server] _ in
                    let client = try server.connect()
                    for _ in 0..<count / 4 {
                        let answer = try client.request(
                            "POST", "/run", headers: ["X-Access-Token": ServerUnderTest.token],
                            body: Array(#"{"image":"docker-run-test/echo","payload":{"a":1}}"#.utf8))
                        try #require(answer.status == 200, "\(answer.text)")
                    }
                }
                try server.awaitNoContainers()
            }
            try runs(40)
            let memory = server.residentKilobytes
            try runs(500)
            // Idle connections to the daemon are kept, with three descriptors each: as many as workers and reapers were
            // ever busy at once, and one each for the sweeper and for /version.
            #expect(server.descriptorCount <= atStart + 3 * (2 * 4 + 2))
            #expect(server.residentKilobytes - memory < 5 * 1024)
        }
    }
}
