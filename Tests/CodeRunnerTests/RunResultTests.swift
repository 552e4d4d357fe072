import Foundation
import Testing

@testable import CodeRunner

struct RunResultTests {
    private func outcome(stdout: String, stderr: String, end: Command.End = .exited(0), kills: Bool = false)
        -> Command.Outcome
    {
        var outputs = (BoundedOutput(limit: 5000), BoundedOutput(limit: 5000))
        outputs.0.append(Array(stdout.utf8)[...])
        outputs.1.append(Array(stderr.utf8)[...])
        return Command.Outcome(
            stdout: outputs.0, stderr: outputs.1, end: end, ranOutOfMemory: kills, duration: .max / 2, cpuTime: .max,
            memoryPeak: .max)
    }

    @Test(arguments: [1024, 1025, 1500, 2000, 5000], [0, 1, 10, 300, 400, 2000, 9000])
    func `a result fits into every limit that is taken, whatever was printed`(_ limit: Int, _ count: Int) throws {
        let limits = Limits(output: limit, time: .milliseconds(Int.max / 1000))
        for character in ["a", "\u{1}", "\n", "\"", "é", "🙂"] {
            let text = String(repeating: character, count: count)
            for end in [Command.End.exited(0), .exited(137), .signalled(9), .timedOut] {
                let all = outcome(stdout: text, stderr: text, end: end, kills: true)
                let encoded = RunResult(all, build: BuildOutcome(all).followed(by: all), limits).written
                #expect(encoded.count <= limit)
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(encoded)) }
            }
        }
    }

    @Test func `short outputs are whole beside a long one`() {
        let all = outcome(stdout: String(repeating: "x", count: 4000), stderr: "short")
        let result = RunResult(all, build: BuildOutcome(outcome(stdout: "built", stderr: "")), Limits(output: 2000))
        #expect(result.stderr.string == "short")
        #expect(result.build?.stdout.string == "built")
        #expect((1900...2000).contains(result.written.count))
    }

    @Test func `every character is written as JSON has it`() throws {
        let text = String(String.UnicodeScalarView((0..<0x250).compactMap(Unicode.Scalar.init))) + "\u{2028}🙂"
        let result = RunResult(
            stdout: OutputText(start: Array(text.utf8)[...]), error: "", duration: 1, exitCode: 0, cpuTime: 2,
            memoryPeak: 3)
        let object = try JSONSerialization.jsonObject(with: Data(result.written)) as? [String: Any]
        #expect(object?["stdout"] as? String == text)
        #expect(
            object?.keys.sorted() == ["cpuTime", "duration", "error", "exitCode", "memoryPeak", "stderr", "stdout"])
    }

    @Test func `the end is told in words, and a lack of memory only where it was the reason`() {
        let told: [(Command.End, Bool, String)] = [
            (.exited(0), true, ""), (.exited(3), true, "Exit code: 3"), (.exited(137), false, "Exit code: 137"),
            (.signalled(9), false, "Killed by signal 9 (SIGKILL)"),
            (.signalled(11), true, "Killed by signal 11 (SIGSEGV)"),
            (.signalled(35), false, "Killed by signal 35"), (.timedOut, false, "Time limit exceeded (2.0 seconds)"),
        ]
        for (end, kills, error) in told {
            let all = outcome(stdout: "", stderr: "", end: end, kills: kills)
            #expect(RunResult(all, build: nil, Limits(time: .seconds(2))).error == error)
        }
        for end in [Command.End.signalled(9), .exited(137)] {
            let all = outcome(stdout: "", stderr: "", end: end, kills: true)
            #expect(RunResult(all, build: nil, Limits()).error.contains(": out of memory"))
        }
    }
}
