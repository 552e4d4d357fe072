import Foundation
import Glibc
import Testing

/// What a program does to the processes around it, and what they do to its result.
@Suite(.serialized) struct ProcessesTests: RunsCodeRunner {
    @Test(arguments: ["", "setsid"])
    func `what a program leaves, in whatever session, is ended and does not hold the result`(_ launcher: String) throws
    {
        let mark = "600.\(UInt32.random(in: 0..<1_000_000_000))"
        let outcome = try run(bash: "echo main done; \(launcher) sh -c 'sleep \(mark); :' & exit 7")
        #expect(outcome["stdout"] == "main done\n")
        #expect(outcome.result["exitCode"] as? Int == 7)
        #expect(try processes(with: mark).isEmpty)
    }

    @Test func `a command begins when everything that the one before it left is gone`() throws {
        let outcome = try run(
            build: ["setsid sh -c 'echo $$ > pid; while :; do :; done' & until [ -s pid ]; do :; done"],
            run: "kill -0 $(cat pid) 2>/dev/null || echo gone")
        #expect(outcome["stdout"] == "gone\n")
    }

    @Test(arguments: [
        "setsid sh -c 'echo $$ > pid; kill -STOP $$; sleep 600' & wait",
        // It leaves its group for that of its child.
        "exec perl -e 'setpgrp(0, 0); my $p = fork() // die; if (!$p) { setpgrp(0, 0); sleep 600 }"
            + " select(undef, undef, undef, 0.1); setpgrp(0, $p); sleep 600'",
        "kill -STOP $$; echo never",
    ])
    func `the time limit ends programs in whatever group, session or state they are`(_ script: String) throws {
        let outcome = try run(bash: "echo so far; \(script)", arguments: ["--max-time", "400"])
        #expect(outcome["stdout"] == "so far\n")
        #expect(outcome["error"] == "Time limit exceeded (0.4 seconds)")
        #expect(outcome.result["memoryPeak"] as? Int ?? 0 > 0)
    }

    @Test func `a time limit in a build is told of the build, and the earlier outputs are kept`() throws {
        let outcome = try run(
            build: ["echo one", "echo two; kill -STOP $$"], run: "echo never", arguments: ["--max-time", "300"])
        #expect(outcome["stdout"] == "two\n")
        #expect(outcome["error"] == "Time limit exceeded (0.3 seconds)")
        #expect((outcome.result["build"] as? [String: Any])?["stdout"] as? String == "one\ntwo\n")
    }

    @Test func `processes that are not its own live on`() throws {
        let bystander = Process()
        bystander.executableURL = URL(filePath: "/bin/sleep")
        bystander.arguments = ["600"]
        try bystander.run()
        defer {
            kill(bystander.processIdentifier, SIGKILL)
            bystander.waitUntilExit()
        }
        #expect(try run(bash: "setsid sleep 600 & kill -9 0")["error"] == "Killed by signal 9 (SIGKILL)")
        #expect(bystander.isRunning)
    }

    @Test func `a program has the three usual descriptors and no others`() throws {
        // ls reads the directory through a fourth one.
        let outcome = try run(build: ["ls /proc/self/fd"], run: "ls /proc/self/fd")
        #expect(outcome["stdout"] == "0\n1\n2\n3\n")
        #expect((outcome.result["build"] as? [String: Any])?["stdout"] as? String == "0\n1\n2\n3\n")
    }

    @Test func `a program sees nothing of its runner's settings, and signals act as they do elsewhere`() throws {
        let payload: [String: Any] = [
            "language": "bash",
            "files": [
                ["name": "main.sh", "content": "env | grep CODE_RUNNER; yes | head -n 1; echo ${PIPESTATUS[0]}"]
            ],
        ]
        let environment = ["CODE_RUNNER_MAX_TIME": "20000", "CODE_RUNNER_MAX_OUTPUT": "2000"]
        #expect(try run(payload, environment: environment)["stdout"] == "y\n141\n")
        #expect(try run(bash: "grep -c 'SigBlk:.*[1-9a-f]' /proc/self/status")["stdout"] == "0\n")
    }

    @Test(arguments: [
        (35, "Killed by signal 35"), (6, "Killed by signal 6 (SIGABRT)"), (9, "Killed by signal 9 (SIGKILL)"),
    ])
    func `a signal has its number, and its name where it has one`(_ signal: Int, _ error: String) throws {
        let outcome = try run(bash: "kill -\(signal) $$")
        #expect(outcome["error"] == error)
        #expect(outcome.result["signal"] as? Int == signal)
    }

    @Test func `programs are what the kernel takes when memory runs out`() throws {
        #expect(try run(bash: "cat /proc/self/oom_score_adj")["stdout"] == "1000\n")
    }

    @Test func `the peak of memory is the program's, however large payload and earlier outputs are`() throws {
        let command = ["language": "", "files": [[String: String]](), "command": "exec true"] as [String: Any]
        let small = try #require(try run(command).result["memoryPeak"] as? Int)
        let large = try #require(
            try run(command.merging(["stdin": String(repeating: "x\n", count: 900_000)]) { $1 }).result["memoryPeak"]
                as? Int)
        let late = try #require(
            try run(build: ["head -c 3000000 /dev/zero"], run: "exec true").result["memoryPeak"] as? Int)
        #expect(abs(large - small) < 300_000)
        #expect(abs(late - small) < 300_000)
    }

    @Test func `the build's time and outputs are its own`() throws {
        let outcome = try run(
            build: (1...3).map { "sleep 0.2; echo b\($0); echo e\($0) >&2" }, run: "sleep 0.1; echo r")
        let build = try #require(outcome.result["build"] as? [String: Any])
        #expect(outcome["stdout"] == "r\n")
        #expect(outcome["stderr"] == "")
        #expect(build["stdout"] as? String == "b1\nb2\nb3\n")
        #expect(build["stderr"] as? String == "e1\ne2\ne3\n")
        let (run, all) = (try #require(outcome.result["duration"] as? Int), try #require(build["duration"] as? Int))
        #expect(run >= 100_000_000)
        #expect(all >= 600_000_000)
        let failed = try self.run(build: ["sleep 0.3; echo b1", "echo b2; exit 2"], run: "echo r")
        #expect(failed["stdout"] == "b2\n")
        #expect(failed["error"] == "Exit code: 2")
        #expect((failed.result["build"] as? [String: Any])?["stdout"] as? String == "b1\nb2\n")
    }

    /// Command lines in which a word occurs.
    private func processes(with word: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { $0.first?.isNumber == true }
            .compactMap { try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8) }
            .filter { $0.contains(word) }
    }
}
