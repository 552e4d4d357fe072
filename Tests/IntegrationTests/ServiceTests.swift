import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// What a service manager asks of the server.
    @Suite(.serialized) struct Service {
        @Test(arguments: [false, true])
        func `the service manager is told when clients can connect, and when the server ends`(isAbstract: Bool) throws {
            let manager = try ServiceManagerSocket(isAbstract: isAbstract)
            let server = try ServerUnderTest(["NOTIFY_SOCKET": manager.name, "SERVER_SHUTDOWN_GRACE": "7"])
            #expect(manager.receive() == "READY=1")
            #expect(try server.get("/").status == 200)
            kill(server.pid, SIGTERM)
            #expect(manager.receive() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=30000000")
            #expect(try server.awaitExit() == 0)
        }

        @Test func `a stop that takes long asks for more time again and again`() throws {
            let manager = try ServiceManagerSocket()
            let server = try ServerUnderTest(["NOTIFY_SOCKET": manager.name, "RUN_MAX_EXECUTION_TIME": "600"])
            #expect(manager.receive() == "READY=1")
            let running = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            kill(server.pid, SIGTERM)
            #expect(manager.receive()?.hasPrefix("STOPPING=1") == true)
            for _ in 0..<2 { #expect(manager.receive() == "EXTEND_TIMEOUT_USEC=30000000") }
            shutdown(running.descriptor, Int32(SHUT_RDWR))
            #expect(try server.awaitExit() == 0)
        }

        @Test func `the watchdog hears again and again that the event loop lives`() throws {
            let manager = try ServiceManagerSocket()
            let server = try ServerUnderTest(["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "100000"])
            #expect(manager.receive() == "READY=1")
            for _ in 0..<5 { #expect(manager.receive() == "WATCHDOG=1") }
            kill(server.pid, SIGTERM)
            try eventually("it does not end") { !server.process.isRunning }
            var last = manager.receive()
            while last == "WATCHDOG=1" { last = manager.receive() }
            #expect(last?.hasPrefix("STOPPING=1") == true)
        }

        @Test func `a watchdog that is meant for another process hears nothing`() throws {
            let manager = try ServiceManagerSocket()
            let server = try ServerUnderTest([
                "NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "2000", "WATCHDOG_PID": "1",
            ])
            #expect(manager.receive() == "READY=1")
            for _ in 0..<20 { #expect(try server.get("/").status == 200) }
            kill(server.pid, SIGTERM)
            #expect(manager.receive()?.hasPrefix("STOPPING=1") == true)
        }

        @Test func `a service manager that does not read holds up no client`() throws {
            let manager = try ServiceManagerSocket()
            let server = try ServerUnderTest(["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "2000"])
            try eventually("the socket does not become full") { manager.isFull }
            #expect(try server.get("/").status == 200)
            kill(server.pid, SIGTERM)
            #expect(try server.awaitExit() == 0)
        }

        @Test func `a restart on a passed socket refuses no connection, resets none and loses no run`() throws {
            let listener = try Listener()
            // All of them are kept: each removes the containers with its label when the object goes.
            var servers = [try ServerUnderTest(listener: listener)]
            let stop = Flag()
            defer { stop.set() }
            let clients = Clients(port: listener.port, until: stop)
            for restart in 0..<4 {
                let before = clients.answers
                try eventually("nothing is answered: \(clients.faults)") { clients.answers.allGrown(since: before) }
                kill(servers[restart].pid, SIGTERM)
                #expect(try servers[restart].awaitExit() == 0, "restart \(restart)")
                #expect(try servers[restart].containers().isEmpty)
                servers.append(try ServerUnderTest(listener: listener))
            }
            stop.set()
            clients.wait()
            #expect(clients.faults == [])
        }

        @Test func `runs that wait are not refused on a stop when the socket was passed`() throws {
            let listener = try Listener()
            let server = try ServerUnderTest(listener: listener, ["SERVER_WORKER_THREADS": "1"])
            let clients = try (1...3).map { number in try server.begin(script: "sleep 0.2; echo '{\"a\":\(number)}'") }
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            // Once its answer is there, the runs have arrived too: they were sent before on this machine's loopback.
            #expect(try server.get("/", token: nil).status == 200)
            kill(server.pid, SIGTERM)
            for (index, client) in clients.enumerated() {
                #expect(try client.response().text == #"{"a":\#(index + 1)}"#)
            }
            #expect(try server.awaitExit() == 0)
        }

        @Test func `the grace ends what still waits when the socket was passed`() throws {
            let listener = try Listener()
            let server = try ServerUnderTest(
                listener: listener,
                ["SERVER_WORKER_THREADS": "1", "SERVER_SHUTDOWN_GRACE": "1", "RUN_MAX_EXECUTION_TIME": "600"])
            let clients = try (1...3).map { _ in try server.begin(script: "sleep 600") }
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            kill(server.pid, SIGTERM)
            for client in clients { #expect(try client.response().errorCode == "server.shutting_down") }
            #expect(try server.awaitExit() == 0)
            #expect(try server.containers().isEmpty)
        }

        @Test func `connections that wait for the next server cost the one that ends no CPU`() throws {
            let listener = try Listener()
            let server = try ServerUnderTest(listener: listener)
            let run = try server.begin(script: "sleep 2; echo '{}'")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            kill(server.pid, SIGTERM)
            try eventually("the stop does not begin") { server.logText.contains("stopping") }
            let waiting = try (1...4).map { _ in try server.connect() }
            for client in waiting { client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") }
            let before = server.cpuSeconds
            #expect(try run.response().status == 200)
            #expect(server.cpuSeconds - before < 0.2, "a loop that spins uses what there is")
            #expect(try server.awaitExit() == 0)
            let next = try ServerUnderTest(listener: listener)
            for client in waiting { #expect(try client.response().status == 200) }
            withExtendedLifetime(next) {}
        }

        @Test func `the server goes by the address of the socket that was passed`() throws {
            let listener = try Listener()
            let server = try ServerUnderTest(
                listener: listener, ["SERVER_LISTEN_ADDR": "::1", "SERVER_LISTEN_PORT": "1"])
            #expect(server.logText.contains("socket decides where to listen"))
            #expect(server.logText.contains("address=127.0.0.1"))
            #expect(server.logText.contains(":127.0.0.1:\(listener.port)"), "the label of its containers")
            #expect(try server.run("echo").status == 200)
        }

        @Test func `an idle connection stays open for a moment after SIGTERM, for a request that is on its way`() throws
        {
            let server = try ServerUnderTest()
            let client = try server.connect()
            #expect(try client.request("GET", "/").status == 200)
            kill(server.pid, SIGTERM)
            try eventually("the stop does not begin") { server.logText.contains("stopping") }
            let answer = try client.request("GET", "/")
            #expect(answer.status == 200)
            #expect(answer.headers["connection"] == "close")
            #expect(try server.awaitExit() == 0)
        }

        @Test func `SIGHUP rereads the token file, and a file with a fault changes nothing`() throws {
            let file = FileManager.default.temporaryDirectory.appending(path: "docker-run-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data("# yesterday's\nold\n".utf8).write(to: file)
            let server = try ServerUnderTest(["API_ACCESS_TOKEN": nil, "API_ACCESS_TOKEN_FILE": file.path])
            let client = try server.connect()
            func status(_ token: String) throws -> Int {
                try client.request("GET", "/version", headers: ["X-Access-Token": token]).status
            }
            #expect(try status("old") == 200)
            #expect(try status("new") == 401)

            try Data("# both, while clients change\nold\nnew\n".utf8).write(to: file)
            kill(server.pid, SIGHUP)
            try eventually("it is not reloaded") { server.logText.contains("access tokens reloaded count=2") }
            #expect(try status("old") == 200)
            #expect(try status("new") == 200)

            try Data("no header could carry this\n".utf8).write(to: file)
            kill(server.pid, SIGHUP)
            try eventually("the fault is not logged") { server.logText.contains("line 1 of \(file.path)") }
            try FileManager.default.removeItem(at: file)
            kill(server.pid, SIGHUP)
            try eventually("the fault is not logged") { server.logText.contains("cannot read \(file.path)") }
            #expect(try status("old") == 200)
            #expect(try status("new") == 200)

            try Data("new\n".utf8).write(to: file)
            kill(server.pid, SIGHUP)
            try eventually("it is not reloaded") { server.logText.contains("access tokens reloaded count=1") }
            #expect(try status("old") == 401)
            #expect(try status("new") == 200)
            #expect(!server.logText.contains("carry this"), "the log tells a token")
        }

        @Test func `SIGHUP while the server starts neither ends it nor is lost`() throws {
            let file = FileManager.default.temporaryDirectory.appending(path: "docker-run-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data("token\n".utf8).write(to: file)
            let server = try ServerUnderTest(
                pendingSignal: "HUP", ["API_ACCESS_TOKEN": nil, "API_ACCESS_TOKEN_FILE": file.path])
            try eventually("it is not reloaded") { server.logText.contains("access tokens reloaded count=1") }
            #expect(try server.get("/version", token: "token").status == 200)
        }

        @Test func `SIGHUP does not end a server whose token is not in a file`() throws {
            let server = try ServerUnderTest()
            kill(server.pid, SIGHUP)
            try eventually("nothing is said") { server.logText.contains("API_ACCESS_TOKEN_FILE is not set") }
            #expect(try server.get("/version").status == 200)
        }
    }
}

/// Clients that keep a server busy: four that run something, each time on a new connection, and four that ask who it is, on
/// connections that they keep for as long as the server does.
private final class Clients: @unchecked Sendable {
    struct Answers {
        var runs = 0
        var others = 0

        func allGrown(since before: Answers) -> Bool { runs > before.runs + 8 && others > before.others + 8 }
    }

    private let lock = NSLock()
    private let group = DispatchGroup()
    private var counts = Answers()
    private var problems: [String] = []

    var answers: Answers { lock.withLock { counts } }
    var faults: [String] { lock.withLock { problems } }

    init(port: Int, until stop: Flag) {
        for _ in 0..<4 {
            again(until: stop) { [self] in
                let client = try TestClient(.port(port))
                let body = Array(#"{"image":"docker-run-test/echo","payload":{}}"#.utf8)
                let answer = try client.request(
                    "POST", "/run", headers: ["X-Access-Token": ServerUnderTest.token], body: body)
                try expect(answer, "a run")
                lock.withLock { counts.runs += 1 }
            }
            again(until: stop) { [self] in
                let client = try TestClient(.port(port))
                var isKept = true
                while isKept && !stop.isSet {
                    let answer = try client.request("GET", "/")
                    try expect(answer, "a request")
                    lock.withLock { counts.others += 1 }
                    isKept = answer.headers["connection"] != "close"
                    usleep(1000)  // leaves the server and the daemon some of the processors
                }
            }
        }
    }

    func wait() { group.wait() }

    private func expect(_ answer: TestClient.Response, _ what: String) throws {
        guard answer.status != 200 else { return }
        throw TestClient.ConnectionFailed(reason: "\(what) is answered \(answer.status) \(answer.text)")
    }

    /// Does it until it is told to stop, or goes wrong.
    private func again(until stop: Flag, _ body: @escaping @Sendable () throws -> Void) {
        group.enter()
        Thread.detachNewThread { [self] in
            do { while !stop.isSet { try body() } } catch { lock.withLock { problems.append("\(error)") } }
            group.leave()
        }
    }
}
