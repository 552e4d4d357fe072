import Foundation
import Glibc

/// A code-runner that was just built, with a directory of its own. It is killed when the object goes.
final class CodeRunnerProcess {
    let process = Process()
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    /// Where tests may leave files; code-runner's own is `box` in it.
    let directory = FileManager.default.temporaryDirectory
        .appending(path: "code-runner-test-\(UUID().uuidString)")

    /// - Parameters:
    ///   - path: code-runner's directory instead of its own.
    ///   - arguments: beside the path; they may name files in the directory, which is there by then.
    init(
        path: String? = nil, in workingDirectory: URL? = nil, environment: [String: String] = [:],
        arguments: (_ directory: URL) throws -> [String]
    ) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "code-runner")
        process.arguments =
            ["--path", path ?? directory.appending(path: "box").path()] + (try arguments(directory))
        process.currentDirectoryURL = workingDirectory
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
        signal(SIGPIPE, SIG_IGN)
        try process.run()
    }

    deinit {
        // Tests run with all signals blocked, and what they start begins so.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    func say(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    func hangUp() throws { try input.fileHandleForWriting.close() }

    /// What it has printed when it has ended.
    func awaitEnd() -> (stdout: Data, stderr: Data) {
        defer { process.waitUntilExit() }
        return (output.fileHandleForReading.readDataToEndOfFile(), errors.fileHandleForReading.readDataToEndOfFile())
    }
}
