import Foundation
import Glibc
import TestSupport
import Testing

/// What a run prints while it goes on.
@Suite(.serialized) struct EventStreamTests: RunsCodeRunner {
    /// Objects one behind the other, each with its name.
    private func events(_ text: String) throws -> [(name: String, value: Any)] {
        var events: [(String, Any)] = []
        var depth = 0
        var isInString = false
        var isEscaped = false
        var object: [UInt8] = []
        for byte in text.utf8 {
            object.append(byte)
            if isInString {
                isInString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            isInString = byte == UInt8(ascii: "\"")
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth -= 1 }
            guard depth == 0 else { continue }
            let members = try #require(JSONSerialization.jsonObject(with: Data(object)) as? [String: Any])
            #expect(members.count == 1)
            events += members.map { ($0, $1) }
            object = []
        }
        #expect(object.isEmpty, "\(text.suffix(100))")
        return events
    }

    private func stream(_ payload: [String: Any], arguments: [String] = []) throws -> [(name: String, value: Any)] {
        let outcome = try run(payload.merging(["docker-run": ["stream": true]]) { $1 }, arguments: arguments)
        #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome)")
        return try events(outcome.stdout)
    }

    private func command(_ text: String) -> [String: Any] { ["language": "", "files": [], "command": text] }

    private func text(_ events: [(name: String, value: Any)], of name: String) -> String {
        events.filter { $0.name == name }.compactMap { ($0.value as? [String: String])?["text"] }.joined()
    }

    @Test func `stages and outputs come in their order, and the result at the end`() throws {
        let instructions = ["buildCommands": ["echo b >&2"], "runCommand": "echo o; exit 3"] as [String: Any]
        let events = try stream(["runInstructions": instructions, "files": []])
        #expect(events.map(\.name) == ["stage", "stderr", "stage", "stdout", "result"])
        #expect(events[0].value as? [String: String] == ["stage": "build"])
        #expect(events[1].value as? [String: String] == ["text": "b\n"])
        #expect(events[2].value as? [String: String] == ["stage": "run"])
        #expect(events[3].value as? [String: String] == ["text": "o\n"])
        let result = try #require(events[4].value as? [String: Any])
        #expect(result["stdout"] as? String == "o\n" && result["exitCode"] as? Int == 3)
        #expect((result["build"] as? [String: Any])?["stderr"] as? String == "b\n")
    }

    @Test func `without a build there is one stage, and without a word of the server no event`() throws {
        #expect(try stream(command("echo o")).map(\.name) == ["stage", "stdout", "result"])
        #expect(try run(command("echo o"))["stdout"] == "o\n")
    }

    @Test func `a character that is written in two parts is one, and what is no text is in base64`() throws {
        let wait =
            #"exec perl -e '$| = 1; for ("a\xc3", "\xb8b") { print; select(undef, undef, undef, 0.05) } print STDERR "\xff\xc3"'"#
        let events = try stream(command(wait))
        #expect(text(events, of: "stdout") == "aøb")
        let errors = events.filter { $0.name == "stderr" }.compactMap { ($0.value as? [String: String])?["base64"] }
        #expect(errors.compactMap { Data(base64Encoded: $0) }.reduce(Data(), +) == Data([0xFF, 0xC3]))
    }

    @Test(arguments: [1024, 5000, 100_000])
    func `events and result each fit the limit, and that something was cut is said once`(_ limit: Int) throws {
        let flood = "head -c 300000 /dev/zero | tr '\\0' 'a'; echo end; head -c 300000 /dev/zero >&2"
        let outcome = try run(
            command(flood).merging(["docker-run": ["stream": true, "maxOutput": limit]]) { $1 })
        let events = try events(outcome.stdout)
        #expect(events.filter { $0.name == "cut" }.count == 1)
        #expect(events.last?.name == "result")
        let result = try #require(outcome.stdout.range(of: #"{"result":"#))
        #expect(outcome.stdout[..<result.lowerBound].utf8.count + 12 <= limit)
        #expect(outcome.stdout[result.upperBound...].utf8.count - 1 <= limit)
        #expect(text(events, of: "stdout").utf8.count > limit / 2 - 200 || limit == 1024)
        #expect((events.last?.value as? [String: Any])?["limit"] as? String == "output")
    }

    /// A code-runner that is read from only as far as the body asks for.
    private func withRunner(
        _ payload: [String: Any], arguments: [String] = [], _ body: (FileHandle, Process) throws -> Void
    ) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "code-runner-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "code-runner")
        process.arguments = ["--path", directory.path()] + arguments
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        defer {
            if process.isRunning { process.terminate() }
            process.waitUntilExit()
        }
        let json = try JSONSerialization.data(withJSONObject: payload.merging(["docker-run": ["stream": true]]) { $1 })
        try input.fileHandleForWriting.write(contentsOf: json)
        try input.fileHandleForWriting.close()
        try body(output.fileHandleForReading, process)
    }

    @Test func `an output is there while its program goes on`() throws {
        let gate = FileManager.default.temporaryDirectory.appending(path: "code-runner-gate-\(UUID().uuidString)")
            .path()
        defer { try? FileManager.default.removeItem(atPath: gate) }
        try withRunner(command("echo first; until [ -e '\(gate)' ]; do sleep 0.01; done; echo second")) { output, _ in
            var text = ""
            while !text.contains("first") { text += String(decoding: output.availableData, as: UTF8.self) }
            #expect(!text.contains("result"))
            _ = FileManager.default.createFile(atPath: gate, contents: nil)
            text += String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
            let names = try events(text).map(\.name)
            #expect(names == ["stage", "stdout", "stdout", "result"])
        }
    }

    @Test func `the time limit holds although nobody reads`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "code-runner-pid-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let flood = command("echo $$ >'\(file)'; exec yes")
        try withRunner(flood, arguments: ["--max-time", "300"]) { output, _ in
            var program: pid_t?
            try eventually("the program is there") {
                program = (try? String(contentsOfFile: file, encoding: .utf8))
                    .flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
                return program != nil
            }
            let pid = try #require(program)
            try eventually("the program is ended") { kill(pid, 0) != 0 }
            let events = try events(String(decoding: output.readDataToEndOfFile(), as: UTF8.self))
            #expect((events.last?.value as? [String: Any])?["limit"] as? String == "time")
        }
    }

    @Test func `tests are one stage`() throws {
        let tests = [["stdin": "a"], ["stdin": "b"]]
        let events = try stream(command("cat").merging(["tests": tests]) { $1 })
        #expect(events.map(\.name) == ["stage", "stdout", "stdout", "result"])
        #expect(text(events, of: "stdout") == "ab")
    }
}
