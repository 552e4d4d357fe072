import Foundation
import Testing

extension IntegrationTests {
    /// What Prometheus makes of the metrics, the dashboard and the alerts.
    @Suite(.serialized) struct Prometheus {
        @Test func `promtool has no complaint about the metrics`() throws {
            let server = try ServerUnderTest(["POOL_MAX_IDLE": "1"])
            #expect(try server.run(script: "echo '{}'").status == 200)
            #expect(try server.get("/no/such/path").status == 404)
            let (status, output) = try Self.promtool(["check", "metrics"], input: try ServerMetrics(server).text)
            #expect(status == 0)
            #expect(output == "")
        }

        @Test func `promtool finds the alert rules good, and they fire when they should`() throws {
            for arguments in [["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]] {
                let (status, output) = try Self.promtool(arguments)
                #expect(status == 0, "\(output)")
            }
        }

        @Test(arguments: ["docker-run.json", "alerts.yml"])
        func `dashboard and alerts use metrics that there are`(_ file: String) throws {
            let server = try ServerUnderTest()
            let text = try ServerMetrics(server).text
            let content = try String(contentsOf: Self.directory.appending(path: file), encoding: .utf8)
            let names = content.matches(of: /\b(docker_run|process)_[a-z_]+/).map { String($0.output.0) }
            #expect(names.count > 5)
            for name in Set(names) {
                let family = name.replacing(/_(bucket|sum|count)$/, with: "")
                #expect(text.contains("# TYPE \(name) ") || text.contains("# TYPE \(family) histogram"), "\(name)")
            }
        }

        @Test func `the dashboard is JSON`() throws {
            let data = try Data(contentsOf: Self.directory.appending(path: "docker-run.json"))
            let dashboard = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            #expect(dashboard?["uid"] as? String == "docker-run")
        }

        private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/grafana").standardizedFileURL

        private static func promtool(
            _ arguments: [String], input: String = ""
        ) throws -> (status: Int32, output: String) {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["promtool"] + arguments
            process.currentDirectoryURL = directory
            let (stdin, stdout) = (Pipe(), Pipe())
            process.standardInput = stdin
            process.standardOutput = stdout
            process.standardError = stdout
            try process.run()
            try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try stdin.fileHandleForWriting.close()
            let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: output, as: UTF8.self))
        }
    }
}
