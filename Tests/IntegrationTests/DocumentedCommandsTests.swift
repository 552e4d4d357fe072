import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// What the documentation prints is what people try first.
    @Suite(.serialized) struct DocumentedCommands {
        @Test(arguments: ["README.md", "docs/api.md", "docs/agents.md", "docs/facades.md"])
        func `every request that is printed does what it says`(_ file: String) throws {
            // The document takes it from a registry.
            let tag = try Engine.call("POST", "/images/docker-run/python:latest/tag?repo=python&tag=3")
            try #require(tag.status == 201)
            defer { _ = try? Engine.call("DELETE", "/images/python:3") }
            let server = try ServerUnderTest([
                "API_ACCESS_TOKEN": "development-token", "DOCKER_CONTAINER_READONLY_ROOTFS": "true",
                "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp", "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot",
                "RUN_BUILTIN_RUNNER_PATH": BuiltinRunner.path, "API_FACADES": "mcp piston sandboxfusion",
            ])
            let text = try String(contentsOf: DevelopmentSettings.file(file), encoding: .utf8)
            let commands = text.components(separatedBy: "```sh\n").dropFirst()
                .map { $0.components(separatedBy: "```")[0] }.filter { $0.hasPrefix("curl ") }
            #expect(!commands.isEmpty)
            for command in commands {
                let (status, output) = try run(
                    command.replacing("curl ", with: "curl -sS --fail-with-body ", maxReplacements: 1)
                        .replacing("127.0.0.1:8088", with: "127.0.0.1:\(server.port)"))
                #expect(status == 0, "\(command)\(output)")
                // A program that fails does so because the document shows what that looks like.
                let error = try output.firstMatch(of: Regex(#""error":"[^"]*""#)).map { String(output[$0.range]) }
                #expect(error == nil || error == #""error":"""# || text.contains(error ?? ""), "\(command)\(output)")
            }
        }

        private func run(_ command: String) throws -> (status: Int32, output: String) {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", command]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus, text)
        }
    }
}
