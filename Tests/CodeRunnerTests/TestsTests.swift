import Foundation
import Testing

/// Several runs of what is built once.
@Suite(.serialized) struct TestsTests: RunsCodeRunner {
    private func run(
        build: [String] = [], run command: String, _ tests: [[String: Any]], _ members: [String: Any] = [:],
        arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> (outcome: CodeRunnerOutcome, tests: [[String: Any]]) {
        let payload: [String: Any] = [
            "runInstructions": ["buildCommands": build, "runCommand": command], "files": [], "tests": tests,
        ]
        let outcome = try run(payload.merging(members) { $1 }, arguments: arguments, environment: environment)
        return (outcome, try #require(outcome.result["tests"] as? [[String: Any]], "\(outcome)"))
    }

    @Test func `each test has its own input, and is told of like a run`() throws {
        let (outcome, tests) = try run(
            build: ["echo built; echo once >>builds"], run: #"cat; echo "$@" $(wc -l <builds) >&2; exit ${1:-0}"#,
            [
                ["stdin": "a", "expected": "a\n"], ["args": ["3"], "expected": "given"],
                ["stdin": "x", "expected": "y"], [:],
            ],
            ["stdin": "given"])
        #expect(tests.map { $0["stdout"] as? String } == ["a", "given", "x", "given"])
        #expect(tests.map { $0["stderr"] as? String } == ["1\n", "3 1\n", "1\n", "1\n"])
        #expect(tests.map { $0["exitCode"] as? Int } == [0, 3, 0, 0])
        #expect(tests.map { $0["error"] as? String } == ["", "Exit code: 3", "", ""])
        #expect(tests.map { $0["passed"] as? Bool } == [true, false, false, nil])
        for test in tests {
            #expect(test["duration"] as? Int ?? 0 > 0 && test["cpuTime"] is Int && test["memoryPeak"] as? Int ?? 0 > 0)
        }
        #expect(outcome.result["passed"] as? Int == 1)
        #expect(outcome["stdout"] == "" && outcome["stderr"] == "" && outcome["error"] == "")
        #expect(outcome.result["exitCode"] == nil && outcome.result["notRestored"] == nil)
        #expect((outcome.result["build"] as? [String: Any])?["stdout"] as? String == "built\n")
    }

    @Test func `the rest is skipped after a failure, where that is asked for, be it an exit code or an answer`() throws
    {
        for failing in [["stdin": "exit 2"], ["stdin": "echo a", "expected": "b"]] as [[String: Any]] {
            let tests: [[String: Any]] = [["stdin": "echo a", "expected": "a"], failing, ["stdin": "echo a"]]
            #expect(try run(run: "sh", tests).tests[2]["stdout"] as? String == "a\n")
            let stopped = try run(run: "sh", tests, ["stopOnFailure": true])
            #expect(stopped.tests[2].keys.sorted() == ["skipped"])
            #expect(stopped.outcome.result["passed"] as? Int == 1)
        }
    }

    @Test func `files come back of the test that was the last`() throws {
        let tests: [[String: Any]] = [
            ["stdin": "echo 1 >out"], ["stdin": "echo 2 >out; exit 1"], ["stdin": "echo 3 >out"],
        ]
        for (stops, content) in [(true, "2\n"), (false, "3\n")] {
            let (outcome, _) = try run(run: "sh", tests, ["stopOnFailure": stops, "outputs": ["out"]])
            let files = try #require(outcome.result["files"] as? [[String: Any]])
            #expect(files.map { $0["content"] as? String } == [content])
        }
    }

    @Test func `nothing is run after a build that fails`() throws {
        let (outcome, tests) = try run(build: ["exit 3"], run: "true", [[:], [:]])
        #expect(outcome["error"] == "Exit code: 3")
        #expect(tests.allSatisfy { $0["skipped"] as? Bool == true } && tests.count == 2)
        #expect(outcome.result["passed"] as? Int == 0)
    }

    @Test func `each has its own time, and those for which none is left are skipped`() throws {
        let slow = try run(run: "sh", [["stdin": "exec sleep 600"], ["stdin": "echo a"]], ["runTime": 1])
        #expect(slow.tests[0]["limit"] as? String == "time")
        #expect(slow.tests[0]["error"] as? String == "Time limit exceeded (1.0 seconds)")
        #expect(slow.tests[1]["stdout"] as? String == "a\n")
        #expect(slow.outcome.result["limit"] as? String == "time")
        let over = try run(
            run: "sh", [["stdin": "exec sleep 600"], ["stdin": "echo a"]], arguments: ["--max-time", "1000"])
        #expect(over.tests[0]["error"] as? String == "Time limit exceeded (1.0 seconds)")
        #expect(over.tests[1].keys.sorted() == ["skipped"])
        #expect(over.outcome["notRestored"] == nil)
    }

    @Test func `what is expected is compared with all of the output, and what is shown is a fair share`() throws {
        let long = String(repeating: "0123456789", count: 20_000)
        let (outcome, tests) = try run(
            run: "cat", (0..<20).map { ["stdin": $0 < 10 ? long : "short", "expected": $0 < 10 ? long : "short"] },
            arguments: ["--max-output", "50000"])
        #expect(outcome.stdout.utf8.count <= 50_000)
        #expect(outcome.stdout.utf8.count > 20_000)
        #expect(outcome.result["passed"] as? Int == 20)
        #expect(tests[0]["limit"] as? String == "output")
        #expect(tests[19]["limit"] == nil && tests[19]["stdout"] as? String == "short")
    }

    @Test func `two hundred tests are told of in the least room that they need, and more are refused`() throws {
        let least = 1024 + 2000 + 200 * 460
        let flood = #"head -c 30000 /dev/zero | tee /dev/stderr; kill -9 $$"#
        let fits = try run(
            run: flood, Array(repeating: ["expected": "a"], count: 200), ["interleaved": true],
            arguments: ["--max-output", "\(least)"])
        #expect(fits.outcome.stdout.utf8.count <= least)
        #expect(fits.tests.count == 200)
        let payload: [String: Any] = [
            "language": "", "command": "true", "files": [], "tests": Array(repeating: [String: String](), count: 200),
        ]
        let small = try run(payload, arguments: ["--max-output", "\(least - 1)"])
        #expect(
            small.stderr
                == "code-runner: 200 tests need \(least) bytes for their result, and there are \(least - 1) (outputSize)\n"
        )
        let many = try run(payload.merging(["tests": Array(repeating: [String: String](), count: 201)]) { $1 })
        #expect(many.stderr == "code-runner: there are 201 tests, and may be 200\n")
    }

    @Test func `a language that needs a word before its arguments gets it for tests too`() throws {
        let payload: [String: Any] = [
            "language": "bash", "files": [["name": "main.sh", "content": "echo \"<$1>\""]],
            "tests": [["args": ["a b"]], [String: Any]()],
        ]
        let tests = try #require(run(payload).result["tests"] as? [[String: Any]])
        #expect(tests.map { $0["stdout"] as? String } == ["<a b>\n", "<>\n"])
    }

    // MARK: What one leaves to the next

    /// Each test runs as a shell script what the test before it was to leave, and then looks.
    private func seen(
        build: [String] = [], leave: String, look: String, environment: [String: String] = [:], path: String? = nil
    ) throws -> (looked: String, notRestored: String?) {
        let (outcome, tests) = try run(
            build: build, run: "sh", [["stdin": leave], ["stdin": look]], environment: environment)
        return (tests[1]["stdout"] as? String ?? "\(outcome)", outcome["notRestored"])
    }

    @Test(arguments: [
        // Files that come, go, and change in every way that can be seen.
        ("echo x >new; mkdir -p d/e; echo x >d/e/f", "find . | sort"),
        ("rm -r kept; rm run", "cat kept/file; ./run"),
        ("echo other >kept/file; printf 'X' | dd of=run bs=1 seek=18 conv=notrunc 2>&-", "cat kept/file; ./run"),
        ("chmod 777 kept/file; chmod 0 run kept", "ls -l run kept | cut -c1-10; cat kept/file"),
        ("rm kept/file; ln -s /etc/passwd kept/file", "cat kept/file"),
        ("rm -r kept; ln -s /etc kept; rm link; echo x >link", "ls -l kept link | grep -c file; cat kept/file"),
        ("rm run; mkdir run; mkfifo run/f kept/g", "./run; ls kept"),
        ("rm kept/file; mkfifo kept/file", "cat kept/file"),
        ("mv kept moved; mkdir kept; echo fake >kept/file", "ls; cat kept/file"),
        ("perl -e 'for (1..500) { mkdir q; chdir q; open(F, q(>), q(f)) }'", "ls"),
        ("mkdir a b; mkdir a/moved-1 b/moved-1; echo x >a/moved-1/f; chmod 0 a/moved-1 a b", "ls"),
        ("seq 5000 | xargs touch; mkdir m; cd m; seq 5000 | xargs touch", "ls | wc -l"),
        ("d=$(pwd); cd /; rm -rf \"$d\"; ln -s /etc \"$d\"", "cat kept/file; ls | grep -c passwd"),
        ("chmod 0 .", "cat kept/file"),
        ("perl -e 'utime 1, 1, q(run)'; :", "./run"),
        ("rm p shut/f; chmod 755 shut; echo x >shut/x; chmod 555 shut", "ls -l p shut | cut -c1-10; cat shut/f"),
    ])
    func `a test sees the directory as the build has left it`(_ leave: String, _ look: String) throws {
        let build = [
            "mkdir kept; echo text >kept/file; printf '#!/bin/sh\\necho ran\\n' >run; chmod 755 run; ln -s kept/file link; mkfifo -m 622 p",
            "mkdir shut; echo shut >shut/f; chmod 600 shut/f; chmod 555 shut",
        ]
        let clean = try seen(build: build, leave: ":", look: look)
        let after = try seen(build: build, leave: leave, look: look)
        #expect(after.looked == clean.looked)
        #expect(!after.looked.isEmpty)
        #expect(after.notRestored == nil)
    }

    @Test func `processes of one test are gone before the next`() throws {
        let mark = "600.\(UInt32.random(in: 0..<1_000_000_000))"
        let (looked, _) = try seen(
            leave: "setsid sh -c 'exec sleep \(mark)' & until pgrep -f '[s]leep \(mark)' >&2; do :; done",
            look: "pgrep -f '[s]leep \(mark)' || echo none")
        #expect(looked == "none\n")
    }

    @Test func `files of other people's programs stay, where the runner has no container of its own`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "code-runner-test-\(UUID().uuidString)")
            .path()
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(try seen(leave: "echo x >'\(file)'", look: "cat '\(file)'").looked == "x\n")
    }

    @Test func `a test that cannot be run costs those before it nothing`() throws {
        let (outcome, tests) = try run(
            build: ["truncate -s 3G big"], run: "echo ran; rm -r \"$PWD\"", [["expected": "ran"], [:], [:]])
        #expect(tests[0]["passed"] as? Bool == true)
        #expect(tests[1...].allSatisfy { $0.keys.sorted() == ["skipped"] })
        #expect(outcome["notRestored"]?.isEmpty == false)
    }

    @Test func `a directory of which there can be no copy is told of, and the tests are run in it`() throws {
        let (outcome, tests) = try run(
            build: ["truncate -s 3G big"], run: "echo a >>b; wc -l <b", [[:], [:]])
        #expect(outcome["notRestored"] == "there is no room for a copy of the directory")
        #expect(tests.map { $0["stdout"] as? String } == ["1\n", "2\n"])
    }
}
