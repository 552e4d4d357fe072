import Foundation
import Testing

/// What the executable takes for a payload, and what it makes of it.
@Suite(.serialized) struct PayloadTests: RunsCodeRunner {
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
        ("outputs.1", #"{"language":"","command":"true","files":[],"outputs":["a","..\u0000/b"]}"#),
        ("tests.1.args.0", #"{"language":"","command":"true","files":[],"tests":[{},{"args":["\u0000"]}]}"#),
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
}
