import Foundation
import Glibc
import TestSupport
import Testing

@testable import CodeRunner

/// Commands that are started before a payload comes.
@Suite(.serialized) struct PreludesTests {
    /// A shell that waits at the gate for its word.
    private static func waits(_ stage: String = "run") -> String {
        "echo $$ >../\(stage)-pid; exec 3<.prelude-\(stage); read word <&3; [ \"$word\" = go ] || exit 1; echo awake;"
    }

    private static let bash = "run\tbash main.sh\t\(waits()) exec bash main.sh 3<&-"

    /// A code-runner without a payload.
    private final class Runner {
        private let runner: CodeRunnerProcess
        /// Ours of the gates that somebody waits at.
        private var gates: [Int32] = []

        init(_ preludes: String..., path: String? = nil, environment: [String: String] = [:]) throws {
            // Other tests keep the machine busy.
            let wish = ["CODE_RUNNER_PRELUDE": "always"]
            runner = try CodeRunnerProcess(path: path, environment: wish.merging(environment) { $1 }) { directory in
                let file = directory.appending(path: "preludes")
                try Data(preludes.joined(separator: "\n").utf8).write(to: file)
                return ["--preludes", file.path()]
            }
        }

        deinit {
            for gate in gates { close(gate) }
        }

        private var directory: URL { runner.directory }

        /// Waits until somebody waits at the gate.
        func awaitReady(_ stage: String = "run") throws {
            var gate: Int32 = -1
            try eventually("nobody waits at the gate") {
                // With a writer the other side goes on, and then waits for the first line.
                gate = open(directory.appending(path: "box/.prelude-\(stage)").path(), O_WRONLY | O_NONBLOCK)
                return gate >= 0
            }
            gates.append(gate)
        }

        /// Waits until what is started has come so far as to write this file.
        func await(_ file: String) throws {
            try eventually("\(file) is not written") {
                FileManager.default.fileExists(atPath: directory.appending(path: file).path())
            }
        }

        /// The process that waited.
        func waiting(_ stage: String = "run") throws -> pid_t {
            let text = try String(contentsOf: directory.appending(path: "\(stage)-pid"), encoding: .utf8)
            return try #require(pid_t(text.trimmingCharacters(in: .newlines)))
        }

        /// Nanoseconds that a shell and its children have taken, by its `times`.
        func cpuTime(inTimes file: String) throws -> Int {
            let text = try String(contentsOf: directory.appending(path: file), encoding: .utf8)
            return text.split(whereSeparator: \.isWhitespace).map { time in
                let parts = time.dropLast().split(separator: "m")
                return Int(((Double(parts[0]) ?? 0) * 60 + (Double(parts[1]) ?? 0)) * 1e9)
            }.reduce(0, +)
        }

        func hangUp() throws { try runner.hangUp() }

        func send(_ payload: [String: Any]) throws {
            try runner.say(String(decoding: try JSONSerialization.data(withJSONObject: payload), as: UTF8.self))
            try hangUp()
        }

        func result(_ payload: [String: Any]) throws -> [String: Any] {
            try send(payload)
            let json = try end()
            return try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        }

        /// What is printed at the end.
        func end() throws -> String {
            let (stdout, stderr) = runner.awaitEnd()
            return String(decoding: stdout + stderr, as: UTF8.self)
        }
    }

    private func bash(_ script: String, _ more: [String: Any] = [:]) -> [String: Any] {
        ["language": "bash", "files": [["name": "main.sh", "content": script]]].merging(more) { $1 }
    }

    // MARK: What is used

    @Test func `what waits is the program, with its files, its stdin and its end`() throws {
        let runner = try Runner(Self.bash)
        try runner.awaitReady()
        let result = try runner.result(
            bash("ls -A; ls /proc/self/fd | wc -l; cat; echo $0 >&2; exit 3", ["stdin": "in"]))
        #expect(result["stdout"] as? String == "awake\nmain.sh\n4\nin")
        #expect(result["stderr"] as? String == "main.sh\n")
        #expect(result["exitCode"] as? Int == 3)
    }

    @Test func `a build that waits gets its arguments, and what waits to run outlives it`() throws {
        let compiler =
            Self.waits("build") + " while read word && [ -n \"$word\" ]; do echo \"<$word>\"; done <&3; exit 0"
        let runner = try Runner("build\tcompile\t\(compiler)", "run\tprogram\t\(Self.waits()) cat")
        try runner.awaitReady("build")
        try runner.awaitReady("run")
        let result = try runner.result([
            "runInstructions": ["buildCommands": ["compile -o a.out main.c"], "runCommand": "exec program"],
            "files": [[String: String]](), "stdin": "in",
        ])
        let build = result["build"] as? [String: Any]
        #expect(build?["stdout"] as? String == "awake\n<-o>\n<a.out>\n<main.c>\n")
        #expect(result["stdout"] as? String == "awake\nin")
    }

    @Test func `what was used before is not charged`() throws {
        let works = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; times >../times;"
        let runner = try Runner("run\tbash main.sh\t\(works) \(Self.waits()) exec true")
        try runner.awaitReady()
        let result = try runner.result(bash(""))
        #expect(result["stdout"] as? String == "awake\n")
        // The kernel tells nobody's first milliseconds apart, and of a hundred thousand rounds they are a small part.
        let before = try runner.cpuTime(inTimes: "times")
        #expect(try #require(result["cpuTime"] as? Int) < before / 2)
        #expect(try #require(result["duration"] as? Int) < before)
    }

    // MARK: What is not

    private static let others = [
        #"{"env": {"a": "b"}}"#, #"{"args": ["a"]}"#, #"{"terminal": {"columns": 80, "rows": 24}}"#,
        #"{"tests": [{"stdin": "a"}]}"#, #"{"command": "bash ./main.sh"}"#,
        #"{"files": [{"name": "other.sh", "content": "echo cold"}]}"#,
    ]

    @Test(arguments: others)
    func `a program that wants something else goes without, and what waited is gone`(_ other: String) throws {
        let more = try #require(JSONSerialization.jsonObject(with: Data(other.utf8)) as? [String: Any])
        let runner = try Runner(Self.bash)
        try runner.awaitReady()
        let waiting = try runner.waiting()
        let result = try runner.result(bash("echo cold; ls -A", more))
        let stdout = (result["tests"] as? [[String: Any]])?.first?["stdout"] ?? result["stdout"]
        let text = try #require(stdout as? String).replacingOccurrences(of: "\r", with: "")
        #expect(["cold\nmain.sh\n", "cold\n"].contains(text))
        #expect(kill(waiting, 0) != 0 && errno == ESRCH)
    }

    @Test(arguments: ["exit 1", "sleep 600", "exec nothing-of-this-name"])
    func `what ends or is never ready is as if it had not been`(_ start: String) throws {
        let runner = try Runner("run\tbash main.sh\techo $$ >../run-pid; \(start)")
        try runner.await("run-pid")
        let result = try runner.result(bash("echo cold; ls -A; exit 3"))
        #expect(result["stdout"] as? String == "cold\nmain.sh\n")
        #expect(result["exitCode"] as? Int == 3)
        #expect(kill(try runner.waiting(), 0) != 0 && errno == ESRCH)
    }

    @Test func `what a build leaves behind ends what waits, and the program is run all the same`() throws {
        let runner = try Runner(Self.bash)
        try runner.awaitReady()
        let result = try runner.result([
            "runInstructions": ["buildCommands": ["setsid sleep 600 &"], "runCommand": "exec bash main.sh"],
            "files": [["name": "main.sh", "content": "echo cold"]],
        ])
        #expect(result["stdout"] as? String == "cold\n")
        #expect(kill(try runner.waiting(), 0) != 0 && errno == ESRCH)
    }

    @Test func `a main file that was made for what waits is gone where that is not used`() throws {
        let makes = "printf ' ' >main.sh; \(Self.waits()) exec bash main.sh 3<&-"
        let payloads: [([String: Any], String)] = [
            (bash("echo program"), "awake\nprogram\n"), (["command": "ls -A", "files": [[String: String]]()], ""),
        ]
        for (payload, expected) in payloads {
            let runner = try Runner("run\tbash main.sh\t\(makes)\tmain.sh")
            try runner.awaitReady()
            #expect(try runner.result(["language": "bash"].merging(payload) { $1 })["stdout"] as? String == expected)
        }
    }

    @Test func `nothing outlives a code-runner that gets no payload`() throws {
        let runner = try Runner(Self.bash)
        try runner.awaitReady()
        try runner.hangUp()
        #expect(try runner.end().hasPrefix("code-runner: cannot read the payload"))
        try eventually("it goes on") { kill(try runner.waiting(), 0) != 0 }
    }

    @Test func `a directory that cannot be made is told to whoever asks for a run, and not before`() throws {
        let unasked = try Runner(Self.bash, path: "/dev/null/box")
        try unasked.hangUp()
        #expect(try unasked.end().hasPrefix("code-runner: cannot read the payload"))
        let asked = try Runner(Self.bash, path: "/dev/null/box")
        try asked.send(bash(""))
        #expect(try asked.end().hasPrefix("code-runner: cannot make /dev/null"))
    }

    @Test func `nothing is started where nobody wants it, or the payload is there already`() throws {
        let marks = "run\tbash main.sh\ttouch ../started"
        let off = try Runner(marks, environment: ["CODE_RUNNER_PRELUDE": "off"])
        #expect(try off.result(bash("echo $CODE_RUNNER_PRELUDE; ls .."))["stdout"] as? String == "\nbox\npreludes\n")
        let late = try Runner(marks)
        #expect(try late.result(bash("ls .."))["stdout"] as? String == "box\npreludes\n")
    }

    @Test func `nothing gets ready while the machine has no time to spare`() throws {
        let others = try (0..<sysconf(Int32(_SC_NPROCESSORS_ONLN))).map { _ in
            try Process.run(URL(filePath: "/bin/nice"), arguments: ["-n", "19", "sh", "-c", "while :; do :; done"])
        }
        defer {
            for process in others {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
        }
        var earlier = try #require(ProcessorTime.now)
        try eventually("the processors are not busy") {
            usleep(100_000)  // the kernel counts in hundredths of a second
            let now = try #require(ProcessorTime.now)
            defer { earlier = now }
            return !now.hasSpare(since: earlier)
        }
        let runner = try Runner(Self.bash, environment: ["CODE_RUNNER_PRELUDE": "on"])
        // Several looks at the machine.
        let began = ContinuousClock.now
        try eventually("never") { ContinuousClock.now - began > .milliseconds(700) }
        #expect(try runner.result(bash("echo program"))["stdout"] as? String == "program\n")
    }

    @Test func `a line is a stage, a command, what is started, and perhaps a main file`() {
        let text = "run\ta b\tc d\n\nfly\ta\tb\nbuild\ta\n# build\ta\tb\nbuild\te\tf\tg\nrun\ta\tb\tc\td\n"
        #expect(
            Preludes.recipes(Array(text.utf8)) == [
                .init(stage: .run, command: "a b", start: "c d"),
                .init(stage: .build, command: "e", start: "f", mainFile: "g"),
            ])
    }
}
