import Foundation
import Glibc
import TestSupport
import Testing

/// When a code-runner ends, of which somebody else decides when it may.
@Suite(.serialized) struct InputEndTests: RunsCodeRunner {
    private let payload: [String: Any] = ["language": "", "files": [], "command": "cat; echo out"]

    @Test(arguments: [false, true])
    func `a run that is seen as it goes on has printed its result, and ends only when its stdin does`(
        _ isInteractive: Bool
    ) throws {
        let runner = try RunnerUnderTest(payload, isInteractive: isInteractive)
        if isInteractive { try runner.say(#"{"eof":true}"#) }
        #expect(try runner.result()["stdout"] as? String == "out\n")
        // It reads on, more than a pipe holds.
        for _ in 0..<5 { try runner.type(String(repeating: "x", count: 20_000)) }
        try eventually("what is said after the result is not read") { runner.unheard == 0 }
        #expect(runner.process.isRunning)
        try runner.hangUp()
        #expect(try runner.awaitExit() == 0)
    }

    @Test(arguments: [false, true])
    func `a run whose stdin has ended before it does ends at once`(_ isInteractive: Bool) throws {
        let runner = try RunnerUnderTest(payload, isInteractive: isInteractive)
        try runner.hangUp()
        #expect(try runner.result()["stdout"] as? String == "out\n")
        #expect(try runner.awaitExit() == 0)
    }

    @Test func `a run that is seen when it has ended does not look at stdin again`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "code-runner-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = { (name: String) in directory.appending(path: name).path() }
        let command = "touch \(path("started")); until [ -e \(path("gate")) ]; do sleep 0.01; done"
        // What is read from a FIFO has an end as often as nobody has it open any more for writing.
        try #require(mkfifo(path("stdin"), 0o600) == 0)
        let both = open(path("stdin"), O_RDWR)
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "code-runner")
        process.arguments = ["--path", path("work")]
        process.standardInput = FileHandle(forReadingAtPath: path("stdin"))
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
        let payload: [String: Any] = ["language": "", "files": [], "command": command]
        try FileHandle(fileDescriptor: both).write(contentsOf: JSONSerialization.data(withJSONObject: payload))
        close(both)
        try eventually("the program does not start") { access(path("started"), F_OK) == 0 }
        let again = open(path("stdin"), O_RDWR)
        defer { close(again) }
        close(creat(path("gate"), 0o600))
        try eventually("it does not end") { !process.isRunning }
        #expect(process.terminationStatus == 0)
    }
}
