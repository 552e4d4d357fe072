import Foundation
import Glibc
import TestSupport
import Testing

/// Programs that are talked with while they run.
@Suite(.serialized) struct DialogueTests {
    private func command(_ text: String, _ members: [String: Any] = [:]) -> [String: Any] {
        ["language": "", "files": [], "command": text].merging(members) { $1 }
    }

    @Test func `what is typed reaches the program at once, behind the payload's own stdin, until the end is typed`()
        throws
    {
        let runner = try RunnerUnderTest(
            command("while read -r line; do echo \"got $line\"; done; echo end", ["stdin": "own\n"]))
        try runner.read(until: "got own")
        try runner.type("first\n")
        #expect(try !runner.read(until: "got first").contains("second"))
        try runner.say(#"{"stdin":{"base64":"c2Vjb25kCg=="}}{"eof":true}{"stdin":{"text":"late\n"}}"#)
        #expect(try runner.result()["stdout"] as? String == "got own\ngot first\ngot second\nend\n")
    }

    @Test func `a server that has left is the end of the input`() throws {
        let runner = try RunnerUnderTest(command("cat; echo end"))
        try runner.type("typed\n")
        try runner.read(until: "typed")
        try runner.hangUp()
        #expect(try runner.result()["stdout"] as? String == "typed\nend\n")
    }

    @Test(arguments: ["SIGINT", "SIGTERM", "SIGKILL", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"])
    func `a signal reaches the program`(_ name: String) throws {
        let runner = try RunnerUnderTest(command("echo ready; exec sleep 600"))
        try runner.read(until: "ready")
        try runner.say(#"{"signal":"\#(name)"}"#)
        let numbers = [
            "SIGINT": SIGINT, "SIGTERM": SIGTERM, "SIGKILL": SIGKILL, "SIGHUP": SIGHUP, "SIGQUIT": SIGQUIT,
            "SIGUSR1": SIGUSR1, "SIGUSR2": SIGUSR2,
        ]
        #expect(try runner.result()["signal"] as? Int == numbers[name].map(Int.init))
    }

    @Test func `with a terminal the program sees one of that size, is told of another, and both outputs are one`()
        throws
    {
        let script = #"""
            [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo "$TERM"; stty size; trap 'stty size; resized=1' WINCH
            echo to stderr >&2; until [ "$resized" ]; do sleep 0.01; done; read -r line; echo "got $line"
            """#
        let runner = try RunnerUnderTest(command(script, ["terminal": ["columns": 100, "rows": 30]]))
        try runner.read(until: "to stderr")
        try runner.say(#"{"terminal":{"columns":120,"rows":40}}"#)
        try runner.read(until: "40 120")
        try runner.type("line\n")
        let result = try runner.result()
        #expect(result["stdout"] as? String == "xterm\r\n30 100\r\nto stderr\r\n40 120\r\nline\r\ngot line\r\n")
        #expect(result["stderr"] as? String == "")
    }

    @Test
    func `on a terminal, Ctrl-C and a signal interrupt what is in the foreground, and Ctrl-D or eof ends the input`()
        throws
    {
        let wait = { (number: Int) in "(trap - INT; echo ready \(number); exec sleep 600)" }
        let script = "trap 'echo interrupted' INT; \(wait(1)); \(wait(2)); cat; cat; echo end"
        let runner = try RunnerUnderTest(command(script, ["terminal": ["columns": 80, "rows": 24]]))
        try runner.read(until: "ready 1")
        try runner.type("\u{3}")
        try runner.read(until: "ready 2")
        try runner.say(#"{"signal":"SIGINT"}"#)
        try runner.read(until: #"ready 2\r\ninterrupted"#)
        try runner.type("one\n\u{4}")
        try runner.read(until: #"one\r\none"#)
        try runner.say(#"{"stdin":{"text":"two"}}{"eof":true}"#)
        let text = try #require(try runner.result()["stdout"] as? String)
        #expect(text.hasSuffix("twotwoend\r\n") && text.components(separatedBy: "interrupted").count == 3, "\(text)")
    }

    @Test func `what is typed while there is a build waits for the program`() throws {
        let instructions: [String: Any] = ["buildCommands": ["echo building; cat"], "runCommand": "cat"]
        let runner = try RunnerUnderTest(["runInstructions": instructions, "files": []])
        try runner.say(#"{"stdin":{"text":"typed"}}{"eof":true}"#)
        let result = try runner.result()
        #expect(result["stdout"] as? String == "typed")
        #expect((result["build"] as? [String: Any])?["stdout"] as? String == "building\n")
    }

    @Test func `a size that comes during a build is the program's`() throws {
        // The signal comes behind the size, and ends the build.
        let instructions: [String: Any] = [
            "buildCommands": ["trap 'exit 0' USR1; echo building; while :; do sleep 0.01; done"],
            "runCommand": "stty size",
        ]
        let runner = try RunnerUnderTest([
            "runInstructions": instructions, "files": [], "terminal": ["columns": 80, "rows": 24],
        ])
        try runner.read(until: "building")
        try runner.say(#"{"terminal":{"columns":120,"rows":40}}{"signal":"SIGUSR1"}"#)
        let result = try runner.result()
        #expect(result["stdout"] as? String == "40 120\r\n", "\(result)")
    }

    @Test func `a terminal that nobody has open for a moment is there again, and costs no time`() throws {
        let script =
            "tty=$(tty); exec </dev/null >/dev/null 2>&1; sleep 0.1; exec <$tty >$tty; echo late; read -r x; echo $x"
        let runner = try RunnerUnderTest(command(script, ["terminal": ["columns": 80, "rows": 24]]))
        try runner.read(until: "late")
        try runner.type("typed\n")
        #expect(try (runner.result()["stdout"] as? String)?.hasSuffix("typed\r\n") == true)
    }

    @Test func `all that was printed on a terminal is there`() throws {
        let flood = "head -c 300000 /dev/zero | tr '\\0' x"
        let runner = try RunnerUnderTest(
            command(flood, ["terminal": ["columns": 80, "rows": 24]]),
            instructions: #","maxOutput":1000000,"maxEvents":1000"#)
        #expect(try (runner.result()["stdout"] as? String)?.utf8.count == 300_000)
    }

    @Test func `a megabyte that nobody reads ends the run and says so, and signals pass less`() throws {
        let patient = try RunnerUnderTest(command("echo ready; exec sleep 600"))
        try patient.read(until: "ready")
        try patient.type(String(repeating: "x", count: 1_000_000))
        try patient.say(#"{"signal":"SIGTERM"}"#)
        #expect(try patient.result()["signal"] as? Int == Int(SIGTERM))
        let runner = try RunnerUnderTest(command("echo ready; exec sleep 600"))
        try runner.read(until: "ready")
        try runner.type(String(repeating: "x", count: 1_200_000))
        #expect(try runner.result()["error"] as? String == "More than 1048576 bytes that were typed have not been read")
    }

    @Test func `what is typed to a program that has closed its stdin costs nothing`() throws {
        let runner = try RunnerUnderTest(
            command("exec 0<&-; trap 'echo done; exit' TERM; echo ready; while :; do sleep 0.01; done"))
        try runner.read(until: "ready")
        try runner.type("first")
        for _ in 0..<20 { try runner.type(String(repeating: "x", count: 100_000)) }
        try runner.say(#"{"signal":"SIGTERM"}"#)
        #expect(try runner.result()["stdout"] as? String == "ready\ndone\n")
    }

    @Test func `the server's limits count, also where they are above the runner's own`() throws {
        let runner = try RunnerUnderTest(
            command("sleep 0.4; head -c 3000 /dev/zero | tr '\\0' x"),
            instructions: #","maxTime":60000,"maxOutput":2000,"maxEvents":100000"#,
            arguments: ["--max-time", "100", "--max-output", "1024"])
        let result = try runner.result()
        #expect(result["error"] as? String == "" && result["limit"] as? String == "output")
        #expect((result["stdout"] as? String)?.utf8.count ?? 0 > 1024)
        #expect(try !runner.read(until: "result").contains("cut"))
    }

    @Test(arguments: [
        #"{"unheard":1}"#: nil, #"{"stdin":5}"#: "it is no object that is known",
        #"{"terminal":{"columns":70000,"rows":1}}"#: "it is no object that is known",
    ])
    func `what is no word ends the run, and a member that is not known is left out`(_ word: String, _ failure: String?)
        throws
    {
        let runner = try RunnerUnderTest(command("cat"))
        try runner.say(word + #"{"eof":true}"#)
        if let failure {
            #expect(runner.errorText.contains(failure))
        } else {
            #expect(try runner.result()["exitCode"] as? Int == 0)
        }
    }

    @Test func `tests are refused in a dialogue and on a terminal`() throws {
        let runner = try RunnerUnderTest(command("cat", ["tests": [["stdin": "a"]]]))
        #expect(runner.errorText.contains("\"tests\" are of programs"))
    }
}
