import Foundation
import Testing

/// The executable, as an image starts it: payload on stdin, result on stdout.
@Suite(.serialized) struct CodeRunnerTests: RunsCodeRunner {
    // MARK: Payloads

    @Test func `a program's outputs, its error and its duration are printed as one object`() throws {
        let outcome = try run(bash: "echo out; echo err >&2")
        #expect(outcome.status == 0)
        #expect(outcome.stderr.isEmpty)
        #expect(outcome["stdout"] == "out\n")
        #expect(outcome["stderr"] == "err\n")
        #expect(outcome["error"] == "")
        #expect(outcome.result["duration"] as? Int ?? 0 > 0)
        #expect(outcome.result["exitCode"] as? Int == 0)
        #expect(outcome.result["cpuTime"] as? Int ?? 0 > 0)
        #expect(outcome.result["memoryPeak"] as? Int ?? 0 > 0)
        #expect(outcome.result["build"] == nil)
    }

    @Test func `stdin is passed and ends, and is empty when there is none`() throws {
        #expect(try run(bash: "cat; echo .", stdin: "a\nö")["stdout"] == "a\nö.\n")
        #expect(try run(bash: "cat; echo .")["stdout"] == ".\n")
        let null: [String: Any] = ["language": "bash", "stdin": NSNull(), "files": [["name": "m", "content": "cat"]]]
        #expect(try run(null)["error"] == "")
    }

    @Test func `a command runs alone, and an empty or null one counts as absent`() throws {
        let command: [String: Any] = [
            "language": "none", "files": [[String: String]](), "command": "echo alone; exit 4",
        ]
        let outcome = try run(command)
        #expect(outcome["stdout"] == "alone\n")
        #expect(outcome["error"] == "Exit code: 4")
        for absent in ["", NSNull()] as [Any] {
            let payload: [String: Any] = [
                "language": "bash", "command": absent, "files": [["name": "main.sh", "content": "echo file"]],
            ]
            #expect(try run(payload)["stdout"] == "file\n")
        }
    }

    @Test func `build and run commands run in the directory of the files`() throws {
        let payload: [String: Any] = [
            "runInstructions": ["buildCommands": ["cat a/b.txt > made", "echo built"], "runCommand": "cat made; cat"],
            "files": [["name": "a/b.txt", "content": "text\n"]], "stdin": "input", "extra": 1,
        ]
        let outcome = try run(payload)
        #expect(outcome["stdout"] == "text\ninput")
        #expect((outcome.result["build"] as? [String: Any])?["stdout"] as? String == "built\n")
    }

    @Test func `what the server says in the payload counts where it is lower, in both versions`() throws {
        for version in [
            ["language": "bash", "command": "echo so far; sleep 600"],
            ["runInstructions": ["buildCommands": [String](), "runCommand": "echo so far; sleep 600"]],
        ] as [[String: Any]] {
            var payload = version
            payload["files"] = [[String: String]]()
            payload["docker-run"] = ["maxTime": 200, "maxOutput": 2000, "later": true]
            let outcome = try run(payload, arguments: ["--max-time", "60000"])
            #expect(outcome["stdout"] == "so far\n")
            #expect(outcome["error"]?.hasPrefix("Time limit exceeded") == true)
        }
    }

    @Test func `what the server says of the output bounds the result, and does not widen what was said before`() throws
    {
        let command = "head -c 100000 /dev/zero | tr '\\0' a"
        for (said, bound) in [(2000, 2000), (50000, 3000)] {
            let payload: [String: Any] = [
                "docker-run": ["maxOutput": said], "language": "x", "command": command, "files": [[String: String]](),
            ]
            let outcome = try run(payload, arguments: ["--max-output", "3000"])
            #expect(outcome.stdout.utf8.count <= bound)
            #expect(outcome.stdout.utf8.count > bound / 2)
        }
    }

    @Test func `a payload that fits both versions is of the first`() throws {
        let payload: [String: Any] = [
            "language": "bash", "files": [["name": "main.sh", "content": "echo one"]],
            "runInstructions": ["buildCommands": [String](), "runCommand": "echo two"],
        ]
        #expect(try run(payload)["stdout"] == "one\n")
    }

    @Test func `a build that fails is the result, and nothing is run`() throws {
        let payload: [String: Any] = [
            "runInstructions": [
                "buildCommands": ["echo no >&2; exit 2", "echo never"], "runCommand": "echo never",
            ], "files": [[String: String]](),
        ]
        let outcome = try run(payload)
        #expect(outcome.status == 0)
        #expect(outcome["stdout"] == "")
        #expect(outcome["stderr"] == "no\n")
        #expect(outcome["error"] == "Exit code: 2")
        let build = try #require(outcome.result["build"] as? [String: Any])
        #expect(build["stderr"] as? String == "no\n")
        #expect(build["exitCode"] as? Int == 2)
        #expect(build.keys.sorted() == ["cpuTime", "duration", "exitCode", "memoryPeak", "stderr", "stdout"])
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"language":"bash"}"#, #"{"language":"bash","files":[]}"#,
        #"{"language":"klingon","files":[{"name":"a","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"","content":""}]}"#, #"{"language":"bash","files":[{"name":"a"}]}"#,
        #"{"language":"bash","files":[{"content":"a"}]}"#, #"{"language":1,"files":[{"name":"a","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"../a","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"a/../../b","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"/etc/a","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"../\u200db","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"/\u0301a","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"a/../\u0301b","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"a\u0000b","content":""}]}"#,
        #"{"language":"bash","files":[{"name":"a","content":"1"},{"name":"./a","content":"2"}]}"#,
        #"{"language":"","command":"true","files":[{"name":"a","content":"1"},{"name":"a","content":"2"}]}"#,
        #"{"language":"bash","files":[{"name":"a","content":"","encoding":1}]}"#,
        #"{"language":"","command":"true","files":[],"runTime":0}"#,
        #"{"language":"","command":"true","files":[],"runTime":"1"}"#,
        #"{"language":"","command":"true","files":[],"buildTime":-1}"#,
        #"{"language":"","command":"true","files":[],"interleaved":1}"#,
        #"{"language":"","command":"true","files":[],"outputs":"a"}"#,
        #"{"language":"bash","files":[{"name":"a","content":""}],"args":"a"}"#,
        #"{"language":"bash","files":[{"name":"a","content":""}],"args":[1]}"#,
        #"{"language":"bash","files":[{"name":"a","content":""}],"env":["A=1"]}"#,
        #"{"language":"bash","files":[{"name":"a","content":""}],"env":{"A":1}}"#,
        #"{"language":"","command":"true","files":[],"docker-run":{"maxTime":"1"}}"#,
        #"{"language":"","command":"true","files":[],"docker-run":{"maxTime":0}}"#,
        #"{"language":"","command":"true","files":[],"docker-run":{"maxOutput":1023}}"#,
        #"{"language":"","command":"true","files":[],"docker-run":1}"#,
    ])
    func `a bad payload is a message on stderr, status 1, and nothing on stdout`(_ payload: String) throws {
        let outcome = try run(Data(payload.utf8))
        #expect(outcome.status == 1)
        #expect(outcome.stdout.isEmpty)
        #expect(outcome.stderr.hasPrefix("code-runner: "))
    }

    @Test(arguments: [
        ("files.0.name", #"{"language":"bash","files":[{"name":"a\u0000b","content":""}]}"#),
        ("language", #"{"language":"bash\u0000","files":[{"name":"a","content":""}]}"#),
        ("command", #"{"language":"bash","files":[],"command":"echo a\u0000b"}"#),
        (
            "runInstructions.runCommand",
            #"{"runInstructions":{"buildCommands":[],"runCommand":"echo a\u0000b"},"files":[]}"#
        ),
        (
            "runInstructions.buildCommands.1",
            #"{"runInstructions":{"buildCommands":["true","a\u0000"],"runCommand":"true"},"files":[]}"#
        ),
        ("args.1", #"{"language":"","command":"true","files":[],"args":["a","b\u0000"]}"#),
        ("env.A", #"{"language":"","command":"true","files":[],"env":{"A":"b\u0000"}}"#),
    ])
    func `a NUL where the system would stop reading is refused, and where it is said`(
        _ member: String, _ payload: String
    ) throws {
        let outcome = try run(Data(payload.utf8))
        #expect(outcome.status == 1)
        #expect(outcome.stderr == "code-runner: cannot read the payload: \"\(member)\" contains a NUL\n")
    }

    @Test(arguments: [
        ("runTime", #"{"runInstructions":{"buildCommands":[],"runCommand":"true"},"files":[],"runTime":[]}"#),
        ("files.1.content", #"{"language":"bash","files":[{"name":"a","content":""},{"name":"b","content":1}]}"#),
        (
            "runInstructions.buildCommands.0",
            #"{"runInstructions":{"buildCommands":[1],"runCommand":"true"},"files":[]}"#
        ),
    ])
    func `what is of the wrong kind is named, in both versions`(_ member: String, _ payload: String) throws {
        let outcome = try run(Data(payload.utf8))
        #expect(outcome.stderr == "code-runner: cannot read the payload: \"\(member)\" is not of the right kind\n")
    }

    @Test func `half a surrogate pair is U+FFFD, whether it matters or not`() throws {
        let payload =
            #"{"language":"bash","files":[{"name":"m.sh","content":"printf '\ud83d|\ud83d\ude42'"}],"x":"\udead"}"#
        #expect(try run(Data(payload.utf8))["stdout"] == "\u{FFFD}|🙂")
    }

    // MARK: Arguments and variables

    private static let oddTexts = ["", " ", "-c", "a b", "'", "$(exit 9)", "ü\u{200D}\n", "--help"]

    @Test func `arguments are the positional parameters of what runs, and of no build`() throws {
        let print = #"for a in "$@"; do printf '<%s>' "$a"; done"#
        let expected = Self.oddTexts.map { "<\($0)>" }.joined()
        let files: [[String: String]] = [["name": "main.sh", "content": print]]
        let command: [String: Any] = ["language": "", "command": print, "files": [], "args": Self.oddTexts]
        #expect(try run(command)["stdout"] == expected)
        let instructions = ["buildCommands": ["test $# = 0", print], "runCommand": print] as [String: Any]
        let built = try run(["runInstructions": instructions, "files": [], "args": Self.oddTexts] as [String: Any])
        #expect(built["stdout"] == expected)
        #expect((built.result["build"] as? [String: Any])?["stdout"] as? String == "")
        #expect(try run(["language": "bash", "files": files, "args": Self.oddTexts])["stdout"] == expected)
    }

    @Test func `without arguments, the shell is started as it always was`() throws {
        let command = #"tr '\0' ' ' <"/proc/$$/cmdline"; echo $#"#
        for none in [NSNull(), [String]()] as [Any] {
            let payload: [String: Any] = ["language": "", "command": command, "files": [], "args": none]
            #expect(try run(payload)["stdout"] == "sh -c \(command) 0\n")
        }
    }

    @Test func `a language whose programs take no arguments refuses them`() throws {
        let files = [["name": "m.nix", "content": "1"]]
        let outcome = try run(["language": "nix", "files": files, "args": ["1"]])
        #expect(outcome.status == 1)
        #expect(outcome.stderr == "code-runner: programs in the language \"nix\" take no arguments\n")
    }

    @Test func `variables are those of build and run, in place of what the container has`() throws {
        let print = #"printf '%s|%s|%s' "$GIVEN" "$REPLACED" "$KEPT""#
        let outcome = try run(
            [
                "runInstructions": ["buildCommands": [print], "runCommand": print + "; env | grep -c ^REPLACED"],
                "files": [], "env": ["GIVEN": "a'b\n$x", "REPLACED": "new", "CODE_RUNNER_MAX_OUTPUT": "1"],
            ] as [String: Any], environment: ["REPLACED": "old", "KEPT": "kept"])
        #expect(outcome["stdout"] == "a'b\n$x|new|kept1\n")
        #expect((outcome.result["build"] as? [String: Any])?["stdout"] as? String == "a'b\n$x|new|kept")
    }

    @Test func `a program may have a PATH in which there is no shell`() throws {
        let command: [String: Any] = ["language": "", "command": "echo $PATH", "files": [], "env": ["PATH": "/none"]]
        #expect(try run(command)["stdout"] == "/none\n")
    }

    @Test(arguments: ["", "A=B", "="])
    func `what cannot be the name of a variable is refused`(_ name: String) throws {
        let outcome = try run(["language": "", "command": "env", "files": [], "env": [name: "x"]] as [String: Any])
        #expect(outcome.status == 1)
        #expect(outcome.stderr.contains(#"in "env", "\#(name)" is no name of a variable"#))
    }

    @Test func `more than the system takes is told of`() throws {
        let long = String(repeating: "x", count: 200_000)
        for member in ["args": [long], "env": ["A": long]] as [String: Any] {
            let outcome = try run(["language": "", "command": "true", "files": [], member.key: member.value])
            #expect(outcome.stderr.contains(#""args" and "env" are longer than the system takes"#))
        }
    }

    // MARK: Files

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

    @Test func `the program's own time ends it, and the build's the build, and the error says how long it was`() throws {
        let commands = ["buildCommands": ["sleep 0.3; echo built"], "runCommand": "echo so far; exec sleep 600"] as [String: Any]
        let run = try self.run(["runInstructions": commands, "files": [], "runTime": 0.25] as [String: Any])
        #expect(run["stdout"] == "so far\n")
        #expect(run["error"] == "Time limit exceeded (0.25 seconds)")
        #expect(run["limit"] == "time")
        let slow = ["buildCommands": ["sleep 0.1", "exec sleep 600"], "runCommand": "true"] as [String: Any]
        let build = try self.run(["runInstructions": slow, "files": [], "buildTime": 0.3, "runTime": 1e300] as [String: Any])
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
