import Foundation
import Testing

/// The files of a payload, from their names to what is in the directory.
@Suite(.serialized) struct PayloadFilesTests: RunsCodeRunner {
    @Test func `a binary file is written byte for byte`() throws {
        let bytes = Data((0...255).map { UInt8($0) } + [0, 10, 13, 0])
        let outcome = try run(
            [
                "language": "", "command": "od -An -v -tx1 data | tr -d ' \\n'; wc -c <empty",
                "files": [
                    ["name": "data", "content": bytes.base64EncodedString(), "encoding": "base64"],
                    ["name": "empty", "content": "", "encoding": "base64"],
                    ["name": "text", "content": "AAAA", "encoding": "utf8"],
                ],
            ] as [String: Any])
        #expect(outcome["stdout"] == bytes.map { String(format: "%02x", $0) }.joined() + "0\n")
    }

    @Test(arguments: ["A", "AA", "AA=A", "AA==AA==", "A A=", "AAA\n", "AA-_", "ä"])
    func `what is not base64 is refused, and which file it is of`(_ content: String) throws {
        let files = [["name": "d/data", "content": content, "encoding": "base64"]]
        let outcome = try run(["language": "", "command": "true", "files": files] as [String: Any])
        #expect(outcome.status == 1)
        #expect(
            outcome.stderr == "code-runner: the content of the file \"d/data\" is not base64 (RFC 4648, section 4)\n")
    }

    @Test func `an encoding that is not known is refused`() throws {
        let files = [["name": "a", "content": "", "encoding": "hex"]]
        let outcome = try run(["language": "", "command": "true", "files": files] as [String: Any])
        #expect(outcome.stderr.contains("the encoding \"hex\" of the file \"a\" is not known: it is utf8 or base64"))
    }

    @Test func `a name in which a quotation mark has a character joined to it does not break out of its quotes`() throws
    {
        let name = "it'\u{200D}$(touch hacked)'\u{200D}s.sh"
        let outcome = try run(["language": "bash", "files": [["name": name, "content": "ls"]]])
        #expect(outcome["stdout"] == name + "\n")
    }

    @Test func `a relative path is good for every command`() throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "code-runner-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: parent) }
        let payload: [String: Any] = [
            "runInstructions": ["buildCommands": ["cat f > g", "cat g > h"], "runCommand": "cat h; pwd"],
            "files": [["name": "f", "content": "text\n"]],
        ]
        let outcome = try run(payload, path: "a/b", in: parent)
        #expect(outcome["stdout"]?.hasPrefix("text\n") == true)
        #expect(outcome["stdout"]?.hasSuffix("/a/b\n") == true)
    }

    @Test func `an empty file is a file, and names are safe in the shell`() throws {
        let name = "a b'c\"$(touch hacked);*.sh"
        let payload: [String: Any] = [
            "language": "bash",
            "files": [
                ["name": name, "content": "ls"], ["name": "empty", "content": ""], ["name": "-rf", "content": ""],
            ],
        ]
        let outcome = try run(payload)
        #expect(outcome["error"] == "")
        #expect(outcome["stdout"]?.contains("empty\n") == true)
        #expect(outcome["stdout"]?.contains("hacked\n") == false)
    }

    @Test func `without a path, files go into a fresh directory under TMPDIR`() throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "code-runner-parent-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: parent) }
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "code-runner")
        process.environment = ["TMPDIR": parent.path(), "PATH": "/usr/bin:/bin"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(#"{"language":"","files":[],"command":"pwd"}"#.utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text.contains(parent.path() + "/code-runner-"), "\(text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path()).isEmpty)
    }
}
