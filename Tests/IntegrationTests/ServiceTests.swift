import Foundation
import TestSupport
import Testing

extension IntegrationTests.WithoutEngine {
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
            let daemon = StubDaemon { _, path in path.contains("/attach") ? .openStream([]) : nil }
            let server = try ServerUnderTest([
                "NOTIFY_SOCKET": manager.name, "DOCKER_UNIX_SOCKET_PATH": daemon.path, "RUN_MAX_EXECUTION_TIME": "600",
            ])
            #expect(manager.receive() == "READY=1")
            let running = try server.begin(body: #"{"image":"any","payload":{}}"#)
            try eventually("nothing runs") { daemon.log.contains { $0.hasSuffix("/start") } }
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
