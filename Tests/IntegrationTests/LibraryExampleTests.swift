import DockerRun
import Foundation
import Logging
import Testing

// The example of RunService's documentation, line by line.

func result(of payload: String, in image: String, engine socket: String) async throws -> String {
    var settings = RunService.Settings()
    settings.docker.socketPath = socket
    settings.run.maxExecutionTime = 5
    let service = RunService(settings, name: "example", logger: Logger(label: "example"))
    service.start()
    defer { service.close() }
    let (reports, reported) = AsyncStream<RunReport>.makeStream()
    _ = try service.submit(RunRequest(image: image, payload: Array(payload.utf8)[...])) { event in
        if case .ended(let report) = event { reported.yield(report) }
    }
    for await report in reports { return String(decoding: try report.result.get(), as: UTF8.self) }
    throw CancellationError()
}

struct LibraryExampleTests {
    @Test func `the example of the library's documentation runs a program`() async throws {
        let answer = try await result(of: #"{"a":1}"#, in: "docker-run-test/echo", engine: Engine.socketPath)
        #expect(answer == #"{"echo":{"a":1}}"#)
    }

    @Test func `the example of the documentation is the one that is tested`() throws {
        let here = URL(filePath: #filePath)
        let source = here.deletingLastPathComponent().appending(path: "../../Sources/DockerRun/Run/RunService.swift")
        let documentation = try String(contentsOf: source, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("/// ") }.map { $0.dropFirst(4) }
        let start = try #require(documentation.firstIndex { $0.hasPrefix("func result") })
        let example = documentation[start...].prefix { $0 != "```" }.joined(separator: "\n")
        #expect(try String(contentsOf: here, encoding: .utf8).contains("\n" + example + "\n"))
    }
}
