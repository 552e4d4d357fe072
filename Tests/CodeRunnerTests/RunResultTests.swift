import Foundation
import Testing

@testable import CodeRunner

struct RunResultTests {
    private func outcome(
        stdout: String = "", stderr: String = "", _ end: CommandOutcome.End = .exited(0),
        limit: CommandOutcome.Limit? = nil, interleaves: Bool = false
    ) -> CommandOutcome {
        var printed = PrintedOutput(limit: 5000, interleaves: interleaves)
        printed.append(stdout: Array(stdout.utf8)[...])
        printed.append(stderr: Array(stderr.utf8)[...])
        return CommandOutcome(
            printed: printed, end: end, limit: limit, duration: .max / 2, cpuTime: .max / 2, memoryPeak: .max)
    }

    @Test(arguments: [1024, 1025, 1500, 2000, 5000], [0, 1, 10, 200, 300, 400, 2000, 9000])
    func `a result fits into every limit that is taken, whatever was printed`(_ limit: Int, _ count: Int) throws {
        for character in ["a", "\u{1}", "\n", "\"", "é", "🙂"] {
            let text = String(repeating: character, count: count)
            let time = Duration.milliseconds(Int.max / 1000)
            for end in [CommandOutcome.End.exited(0), .exited(137), .signalled(9), .timedOut(time)] {
                let all = outcome(stdout: text, stderr: text, end, limit: .memory, interleaves: true)
                let result = RunResult(run: all, build: all.followed(by: all), containerMemoryPeak: .max)
                let encoded = result.written(within: limit)
                #expect(encoded.count <= limit)
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(encoded)) }
            }
        }
    }

    @Test func `short outputs are whole beside a long one`() throws {
        let all = outcome(stdout: String(repeating: "x", count: 4000), stderr: "short")
        let result = RunResult(run: all, build: outcome(stdout: "built"))
        let object = try result.object(within: 2000)
        #expect(object["stderr"] as? String == "short")
        #expect((object["build"] as? [String: Any])?["stdout"] as? String == "built")
        #expect((1900...2000).contains(result.written(within: 2000).count))
    }

    @Test func `every character is written as JSON has it`() throws {
        let text = String(String.UnicodeScalarView((0..<0x250).compactMap(Unicode.Scalar.init))) + "\u{2028}🙂"
        let object = try RunResult(run: outcome(stdout: text), containerMemoryPeak: nil).object()
        #expect(object["stdout"] as? String == text)
        #expect(object.keys.sorted() == ["cpuTime", "duration", "error", "exitCode", "memoryPeak", "stderr", "stdout"])
    }

    @Test func `the end is told in words, and a lack of memory only where it was the reason`() {
        let told: [(CommandOutcome.End, CommandOutcome.Limit?, String)] = [
            (.exited(0), .memory, ""), (.exited(3), .memory, "Exit code: 3"), (.exited(137), nil, "Exit code: 137"),
            (.signalled(9), nil, "Killed by signal 9 (SIGKILL)"),
            (.signalled(9), .processes, "Killed by signal 9 (SIGKILL)"),
            (.signalled(11), .memory, "Killed by signal 11 (SIGSEGV)"),
            (.signalled(35), nil, "Killed by signal 35"),
            (.timedOut(.seconds(2)), .time, "Time limit exceeded (2.0 seconds)"),
        ]
        for (end, limit, error) in told { #expect(outcome(end, limit: limit).error == error) }
        for end in [CommandOutcome.End.signalled(9), .exited(137)] {
            #expect(outcome(end, limit: .memory).error.contains(": out of memory"))
        }
    }

    // MARK: Limits

    @Test(arguments: [CommandOutcome.Limit.time, .memory, .processes])
    func `what struck is told by name, of the build and of all`(_ limit: CommandOutcome.Limit) throws {
        let run = try RunResult(run: outcome(limit: limit), build: outcome()).object()
        #expect(run["limit"] as? String == limit.rawValue)
        #expect((run["build"] as? [String: Any])?["limit"] == nil)
        let build = try RunResult(run: outcome(), build: outcome(limit: limit)).object()
        #expect(build["limit"] as? String == limit.rawValue)
        #expect((build["build"] as? [String: Any])?["limit"] as? String == limit.rawValue)
    }

    @Test func `an output that is cut is a limit that struck, and no error`() throws {
        let long = outcome(stdout: String(repeating: "x", count: 4000))
        let object = try RunResult(run: long).object(within: 2000)
        #expect(object["limit"] as? String == "output")
        #expect(object["error"] as? String == "")
        #expect(try RunResult(run: long).object()["limit"] == nil)
        let built = try RunResult(run: outcome(), build: long).object(within: 2000)
        #expect(built["limit"] as? String == "output")
        #expect((built["build"] as? [String: Any])?["limit"] as? String == "output")
    }

    @Test func `what a build that failed printed is whole in place of the run, if that fits`() throws {
        let failed = outcome(stderr: String(repeating: "x", count: 1400), .exited(1))
        let object = try RunResult(run: failed, build: failed).object(within: 2000)
        #expect((object["stderr"] as? String)?.count == 1400)
        #expect((object["build"] as? [String: Any])?["limit"] as? String == "output")
    }

    @Test func `an output that fits to the byte is not cut for the word that would say so`() throws {
        let outcome = outcome(stdout: String(repeating: "x", count: 4000))
        let result = RunResult(run: outcome)
        let length = result.written().count
        #expect(result.written(within: length) == result.written())
        #expect(result.written(within: length - 1).count < length)
        #expect(try result.object(within: length - 1)["limit"] as? String == "output")
    }

    @Test func `commands one after the other are one, which ends as the last does`() {
        var first = outcome(stdout: "a", limit: .processes)
        (first.duration, first.cpuTime, first.memoryPeak) = (1, 10, 300)
        var second = outcome(stdout: "b", .exited(2))
        (second.duration, second.cpuTime, second.memoryPeak) = (2, 20, 200)
        let both = first.followed(by: second)
        #expect((both.duration, both.cpuTime, both.memoryPeak) == (3, 30, 300))
        #expect(both.end == .exited(2) && both.limit == .processes)
        #expect(both.printed.stdout.text(within: 100).string == "ab")
    }
}
