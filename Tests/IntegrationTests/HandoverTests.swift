import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// A server that ends, and the next one, on a socket that a service manager passes to both.
    @Suite(.serialized) struct Handover {
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
