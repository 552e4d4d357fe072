import Foundation
import Testing

extension IntegrationTests {
    /// What a service manager asks of the server.
    @Suite(.serialized) struct Service {
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

        @Test func `SIGHUP does not end a server whose token is not in a file`() throws {
            let server = try ServerUnderTest()
            kill(server.pid, SIGHUP)
            try eventually("nothing is said") { server.logText.contains("API_ACCESS_TOKEN_FILE is not set") }
            #expect(try server.get("/version").status == 200)
        }
    }
}
