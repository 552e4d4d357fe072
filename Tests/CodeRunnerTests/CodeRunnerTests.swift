import Foundation
import Testing

/// The executable, as an image starts it: payload on stdin, result on stdout.
@Suite(.serialized) struct CodeRunnerTests: RunsCodeRunner {
    // MARK: Environment

    private let printed = "echo $LANG; echo $HOME; echo $TMPDIR; pwd; touch $TMPDIR/written"

    @Test func `programs speak UTF-8 and have a home and a place for temporary files, where the container has none`()
        throws
    {
        let environment = ["LC_ALL": "", "LC_CTYPE": "", "LANG": "", "HOME": "/nonexistent", "TMPDIR": "/nonexistent"]
        let outcome = try run(
            ["language": "", "files": [[String: String]](), "command": printed], environment: environment)
        let lines = try #require(outcome["stdout"]).split(separator: "\n").map(String.init)
        try #require(lines.count == 4, "\(outcome)")
        #expect(outcome["error"] == "")
        #expect(lines[0] == "C.UTF-8")
        #expect(lines[1] == lines[3])
        #expect(lines[2] == lines[3] + "/.tmp")
    }

    @Test func `what the container says of language, home and temporary files counts, where it is of use`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "code-runner-home-\(UUID().uuidString)")
            .path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let environment = ["LC_ALL": "POSIX", "LANG": "", "HOME": directory, "TMPDIR": directory]
        let outcome = try run(
            ["language": "", "files": [[String: String]](), "command": printed], environment: environment)
        #expect(outcome["stdout"]?.hasPrefix("\n\(directory)\n\(directory)\n") == true, "\(outcome)")
    }

    @Test func `the first tool that is in one of the directories of PATH is taken`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "code-runner-tools-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let tool = directory.appending(path: "luajit").path()
        try FileManager.default.createSymbolicLink(
            atPath: directory.appending(path: "sh").path(), withDestinationPath: "/bin/sh")
        try "#!/bin/sh\necho just in time\n".write(toFile: tool, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        let outcome = try run(
            ["language": "lua", "files": [["name": "main.lua", "content": ""]]],
            environment: ["PATH": "/nonexistent:" + directory.path()])
        #expect(outcome["stdout"] == "just in time\n")
    }

    // MARK: Ends

    @Test func `an exit code is told, and the outputs are kept`() throws {
        let outcome = try run(bash: "echo kept; exit 3")
        #expect(outcome.status == 0)
        #expect(outcome["stdout"] == "kept\n")
        #expect(outcome["error"] == "Exit code: 3")
        #expect(outcome.result["exitCode"] as? Int == 3)
    }

    @Test(arguments: [(11, "11 (SIGSEGV)"), (6, "6 (SIGABRT)"), (35, "35"), (64, "64")])
    func `death by a signal is told, and a real-time one has no name`(_ number: Int, _ told: String) throws {
        let outcome = try run(bash: "kill -\(number) $$")
        #expect(outcome["error"] == "Killed by signal \(told)")
        #expect(outcome.result["signal"] as? Int == number)
        #expect(outcome.result["exitCode"] == nil)
    }

    @Test func `a program that closes its outputs and goes on is waited for`() throws {
        let outcome = try run(bash: "exec >&- 2>&-; sleep 0.3; exit 5")
        #expect(outcome["error"] == "Exit code: 5")
    }

    @Test func `a program that ignores its stdin is no error, however much there is`() throws {
        let outcome = try run(bash: "exec <&-; echo ignored", stdin: String(repeating: "x", count: 1_000_000))
        #expect(outcome["stdout"] == "ignored\n")
        #expect(outcome["error"] == "")
    }

    @Test func `stdin and both outputs are served at once`() throws {
        let text = String(repeating: "0123456789abcdef", count: 40_000)
        let outcome = try run(bash: "tee /dev/stderr", stdin: text, arguments: ["--max-output", "2000000"])
        #expect(outcome["stdout"] == text)
        #expect(outcome["stderr"] == text)
    }

    @Test func `a program that never ends has what it put out, and an error that says so`() throws {
        let outcome = try run(
            bash: "trap '' TERM; echo so far; while :; do sleep 1; done", arguments: ["--max-time", "500"])
        #expect(outcome.status == 0)
        #expect(outcome["stdout"] == "so far\n")
        #expect(outcome["error"]?.hasPrefix("Time limit exceeded") == true)
    }

    @Test func `a build that never ends is ended too`() throws {
        let payload: [String: Any] = [
            "runInstructions": ["buildCommands": ["echo building; sleep 600"], "runCommand": "true"],
            "files": [[String: String]](),
        ]
        let outcome = try run(payload, arguments: ["--max-time", "300"])
        #expect(outcome["stdout"] == "building\n")
        #expect(outcome["error"]?.hasPrefix("Time limit exceeded") == true)
    }

    @Test func `the program's own time ends it, and the build's the build, and the error says how long it was`() throws
    {
        let commands =
            ["buildCommands": ["sleep 0.3; echo built"], "runCommand": "echo so far; exec sleep 600"] as [String: Any]
        let run = try self.run(["runInstructions": commands, "files": [], "runTime": 0.25] as [String: Any])
        #expect(run["stdout"] == "so far\n")
        #expect(run["error"] == "Time limit exceeded (0.25 seconds)")
        #expect(run["limit"] == "time")
        let slow = ["buildCommands": ["sleep 0.1", "exec sleep 600"], "runCommand": "true"] as [String: Any]
        let build = try self.run(
            ["runInstructions": slow, "files": [], "buildTime": 0.3, "runTime": 1e300] as [String: Any])
        #expect(build["error"] == "Time limit exceeded (0.3 seconds)")
        #expect((build.result["build"] as? [String: Any])?["limit"] as? String == "time")
        #expect(build.result["exitCode"] == nil)
    }

    @Test func `times of their own widen nothing`() throws {
        let payload: [String: Any] = ["language": "", "command": "exec sleep 600", "files": [], "runTime": 60]
        #expect(try run(payload, arguments: ["--max-time", "200"])["error"] == "Time limit exceeded (0.2 seconds)")
    }

    // MARK: Output

    @Test func `both outputs are there in one text too, in their order, where that is wanted`() throws {
        // Each write waits until the one before it was read, FIONREAD of ioctl_tty(2): 0x541B.
        let script = #"""
            for my $i (1..3) { for ([1, "o$i\n"], [2, "e$i\n"]) {
                syswrite($_->[0] == 1 ? STDOUT : STDERR, $_->[1]);
                my $left; do { $left = pack("i", 0); ioctl($_->[0] == 1 ? STDOUT : STDERR, 0x541B, $left) } while unpack("i", $left);
            } }
            """#
        let command = "exec perl -e '\(script)'"
        var payload: [String: Any] = ["language": "", "command": command, "files": []]
        #expect(try run(payload)["output"] == nil)
        payload["interleaved"] = true
        let outcome = try run(payload)
        #expect(outcome["output"] == "o1\ne1\no2\ne2\no3\ne3\n")
        #expect(outcome["stdout"] == "o1\no2\no3\n")
        #expect(outcome["stderr"] == "e1\ne2\ne3\n")
    }

    @Test func `every byte comes through, and those that are no UTF-8 are replaced, in all outputs`() throws {
        let bytes = #"for i in $(seq 0 255); do printf "\\x$(printf %02x $i)"; done"#
        let expected =
            String(String.UnicodeScalarView((0..<128).compactMap(Unicode.Scalar.init)))
            + String(repeating: "\u{FFFD}", count: 128)
        let outcome = try run(build: ["bash -c '\(bytes)'"], run: "bash -c '(\(bytes)) >&2; \(bytes)'")
        #expect(outcome["stdout"] == expected)
        #expect(outcome["stderr"] == expected)
        #expect((outcome.result["build"] as? [String: Any])?["stdout"] as? String == expected)
    }

    @Test func `a character that is written in two parts is one`() throws {
        #expect(try run(bash: #"printf 'a\303'; sleep 0.1; printf '\270b'"#)["stdout"] == "aøb")
    }

    @Test func `the end of a large output is there`() throws {
        let outcome = try run(bash: "seq -s '|' 110000 | tr -d '\\n'; printf END")
        #expect(outcome["stdout"] == (1...110_000).map(String.init).joined(separator: "|") + "END")
    }

    @Test func `too much output keeps its head and its tail, fits the limit, and says what is missing`() throws {
        let outcome = try run(
            bash: "echo head; head -c 3000000 /dev/zero | tr '\\0' '\\001'; echo tail; echo also >&2",
            arguments: ["--max-output", "10000"])
        #expect(outcome.stdout.utf8.count <= 10_000)
        #expect(outcome["stdout"]?.hasPrefix("head\n") == true)
        #expect(outcome["stdout"]?.hasSuffix("tail\n") == true)
        #expect(outcome["stdout"]?.contains("bytes left out") == true)
        #expect(outcome["stderr"] == "also\n")
        #expect(outcome["error"] == "")
    }

    @Test(arguments: [
        ["--path"], ["--max-time", "0"], ["--max-output", "many"], ["--max-output", "1023"], ["--verbose"],
    ])
    func `an argument that is not understood is an error that says how it is used`(_ arguments: [String]) throws {
        let outcome = try run(["language": "bash", "files": [["name": "a", "content": ""]]], arguments: arguments)
        #expect(outcome.status == 1)
        #expect(!outcome.stderr.isEmpty)
    }
}
