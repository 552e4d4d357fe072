import DockerRun
import Foundation
import Testing

@testable import Facades

struct PistonTests {
    private let piston = FacadeUnderTest(facade: Piston(isStrict: false))
    private static let path = "/api/v2/execute"

    private func run(_ members: String) throws -> TranslatedRun {
        try piston.run(Self.path, #"{"language":"python","version":"*","files":[{"content":"1"}]\#(members)}"#)
    }

    @Test func `runtimes have Piston's names and three numbers`() throws {
        for path in ["/api/v2/runtimes", "/api/v2/piston/runtimes"] {
            let runtimes = try piston.get(path).list
            #expect(runtimes.map { $0["language"] as? String } == ["c", "c++", "javascript", "python", "python-data"])
            #expect(runtimes[1]["version"] as? String == "12.2.0")
            #expect(runtimes[1]["aliases"] as? [String] == ["cpp", "g++"])
            #expect(runtimes[3]["aliases"] as? [String] == ["py", "py3", "python3"])
        }
        let packages = try piston.get("/api/v2/packages").list
        #expect(packages[0]["language_version"] as? String == "12.2.0" && packages[0]["installed"] as? Bool == true)
    }

    @Test(arguments: [
        ("{}", "language is required as a string"), (#"{"language":""}"#, "language is required as a string"),
        (#"{"language":5,"version":"*"}"#, "language is required as a string"),
        (#"{"language":"python"}"#, "version is required as a string"),
        (#"{"language":"python","version":3}"#, "version is required as a string"),
        (#"{"language":"python","version":"*"}"#, "files is required as an array"),
        (#"{"language":"python","version":"*","files":{}}"#, "files is required as an array"),
        (
            #"{"language":"python","version":"*","files":[{"content":"x"},{"name":"y"}]}"#,
            "files[1].content is required as a string"
        ),
        (#"{"language":"x","version":"1","files":[{"content":"","name":5}]}"#, "files[0].name must be a string"),
        (#"{"language":"x","version":"1","files":[null]}"#, "files[0].content is required as a string"),
        (#"{"language":"klingon","version":"1.x","files":[]}"#, "klingon-1.x runtime is unknown"),
        (#"{"language":"Python","version":"1.x","files":[]}"#, "Python-1.x runtime is unknown"),
        (
            #"{"language":"python","version":"*","files":[]}"#, "files must include at least one utf8 encoded file"
        ),
        (
            #"{"language":"python","version":"*","files":[{"content":"","encoding":"hex"}]}"#,
            "files must include at least one utf8 encoded file"
        ),
        ("[]", "the body is not an object"), ("{", "the body is not JSON"), ("", "the body is not JSON"),
    ])
    func `what is wrong is said in Piston's words, in its order`(_ body: String, _ message: String) throws {
        let answer = try piston.answer(Self.path, body)
        #expect(answer.status == 400)
        #expect(answer.json["message"] as? String == message, "\(answer.text)")
    }

    @Test(arguments: [
        (#""run_timeout":"3""#, "If specified, run_timeout must be a number"),
        (#""run_timeout":8001"#, "run_timeout cannot exceed the configured limit of 8000"),
        (#""compile_timeout":-1"#, "compile_timeout must be non-negative"),
        (#""run_cpu_time":-1"#, "run_cpu_time must be non-negative"),
        (#""compile_memory_limit":"x","run_timeout":"y""#, "If specified, compile_memory_limit must be a number"),
        (#""run_memory_limit":500000001"#, "run_memory_limit cannot exceed the configured limit of 500000000"),
        (#""stdin":5"#, "stdin must be a string"), (#""args":"x""#, "args must be an array of strings"),
    ])
    func `limits that cannot be are refused`(_ member: String, _ message: String) throws {
        let body = #"{"language":"python","version":"*","files":[{"content":"1"}],\#(member)}"#
        #expect(try piston.answer(Self.path, body).json["message"] as? String == message)
    }

    @Test func `what clients send who were told nothing is taken, whatever the server's limits`() throws {
        let run = try run(
            #","compile_timeout":10000,"run_timeout":3000,"compile_memory_limit":-1,"run_memory_limit":-1"#)
        #expect(run.payload["buildTime"] as? Double == 8 && run.payload["runTime"] as? Double == 3)
        #expect(run.request.limits == RunLimits())
        let nothing = try self.run(#","run_timeout":null,"compile_timeout":0,"run_memory_limit":0"#)
        #expect(nothing.payload["buildTime"] as? Double == 8 && nothing.payload["runTime"] as? Double == 3)
    }

    @Test func `memory is that of the container, the larger of the two`() throws {
        let run = try run(#","compile_memory_limit":200000000,"run_memory_limit":100000000,"run_timeout":500"#)
        #expect(run.request.limits.memory == 200_000_000)
        #expect(run.payload["runTime"] as? Double == 0.5)
        #expect(try self.run(#","run_memory_limit":1"#).request.limits.memory == RunLimits.leastMemory)
    }

    @Test func `a version that is not there is the one that is, unless versions are strict`() throws {
        let body = #"{"language":"py","version":"3.10.0","files":[{"content":"1"}]}"#
        let answer = try piston.run(Self.path, body).reply(#"{"stdout":"","exitCode":0}"#)
        #expect(answer.json["version"] as? String == "3.11.2" && answer.json["language"] as? String == "python")
        let strict = FacadeUnderTest(facade: Piston(isStrict: true))
        #expect(try strict.answer(Self.path, body).json["message"] as? String == "py-3.10.0 runtime is unknown")
        #expect(throws: Never.self) {
            try strict.run(Self.path, #"{"language":"py","version":"^3.10","files":[{"content":"1"}]}"#)
        }
    }

    @Test func `the main file is the first that is text, and has a name that its compiler takes`() throws {
        let body = #"""
            {"language":"cpp","version":"*","files":[{"content":"00ff","encoding":"hex","name":""},
             {"content":"int main(){}","name":null},{"content":"AA==","encoding":"base64","name":"d/x"},{"content":"h"}]}
            """#
        let files = try piston.run(Self.path, body).files
        #expect(files.map { $0["name"] } == ["main.cpp", "file0.code", "d/x", "file3.code"])
        #expect(files.map { $0["encoding"] } == ["utf8", "base64", "base64", "utf8"])
        #expect(files[1]["content"] == "AP8=")
        for (name, expected) in [
            ("test", "test.cpp"), ("file0.code", "file0.code.cpp"), ("a.cc", "a.cc"), ("a.txt", "a.txt.cpp"),
            ("d.e/test", "d.e/test.cpp"), ("/", "/.cpp"),
        ] {
            let body = #"{"language":"c++","version":"","files":[{"content":"","name":"\#(name)"}]}"#
            let answer = body.replacingOccurrences(of: #""version":"""#, with: #""version":"x""#)
            #expect(try piston.run(Self.path, answer).files[0]["name"] == expected)
        }
    }

    @Test(arguments: ["0", "0g", "é"])
    func `hex that is none is refused`(_ text: String) throws {
        let body =
            #"{"language":"c","version":"*","files":[{"content":""},{"content":"\#(text)","encoding":"hex"}]}"#
        #expect(try piston.answer(Self.path, body).json["message"] as? String == "files[1].content is not hex")
    }

    @Test func `stdin ends with a line, and is one where there is none`() throws {
        for (stdin, expected) in [("", "\n"), (#","stdin":"a""#, "a\n"), (#","stdin":"a\n""#, "a\n")] {
            #expect(try run(stdin).payload["stdin"] as? String == expected)
        }
        #expect(try run(#","args":["a b"]"#).payload["args"] as? [String] == ["a b"])
        #expect(try run("").payload["env"] as? [String: String] == ["PISTON_LANGUAGE": "python"])
    }

    private func stage(_ result: String, members: String = "") throws -> [String: Any] {
        try #require(try run(members).reply(result).json["run"] as? [String: Any])
    }

    @Test func `how a program ended is said as Piston says it`() throws {
        let good = try stage(
            #"{"stdout":"a","stderr":"b","output":"ba","exitCode":0,"duration":2000000,"cpuTime":1500000,"memoryPeak":9}"#
        )
        #expect(good["output"] as? String == "ba" && good["code"] as? Int == 0)
        #expect(good["signal"] is NSNull && good["status"] is NSNull && good["message"] is NSNull)
        #expect(good["wall_time"] as? Double == 2 && good["cpu_time"] as? Double == 1.5 && good["memory"] as? Int == 9)
        let failed = try stage(#"{"stdout":"","error":"Exit code: 3","exitCode":3}"#)
        #expect(failed["status"] as? String == "RE" && failed["message"] as? String == "Exited with error status 3")
        let signalled = try stage(#"{"signal":11,"error":"x"}"#)
        #expect(signalled["status"] as? String == "SG" && signalled["signal"] as? String == "SIGSEGV")
        #expect(signalled["code"] is NSNull && signalled["message"] as? String == "Caught fatal signal 11")
        #expect(try stage(#"{"signal":37}"#)["signal"] as? String == "SIGRTMIN+3")
        let late = try stage(#"{"stdout":"x","limit":"time","error":"y"}"#)
        #expect(
            late["status"] as? String == "TO" && late["signal"] as? String == "SIGKILL"
                && late["stdout"] as? String == "x")
        let cut = try stage(#"{"stdout":"x","limit":"output","exitCode":0}"#)
        #expect(cut["status"] is NSNull && (cut["message"] as? String)?.hasPrefix("output length exceeded") == true)
        // Runners of the original's images say no more.
        #expect(try stage(#"{"stdout":"x","stderr":"","error":""}"#)["code"] as? Int == 0)
        #expect(try stage(#"{"stdout":"x","stderr":"","error":"Exit code: 1"}"#)["code"] as? Int == 1)
    }

    @Test func `more CPU than was asked for is too much, once the program has ended`() throws {
        let result = #"{"stdout":"x","exitCode":0,"cpuTime":200000000}"#
        #expect(try stage(result, members: #","run_cpu_time":100"#)["status"] as? String == "TO")
        #expect(try stage(result, members: #","run_cpu_time":300"#)["status"] is NSNull)
    }

    @Test func `a language is the newest of those that fit, by its own name before an alias`() throws {
        func language(_ name: String, _ version: String, _ aliases: [String]) -> Language {
            var language = Language(name, image: name)
            (language.version, language.aliases) = (version, aliases)
            return language
        }
        let languages = [
            language("old", "9.9.9", ["python"]), language("py311", "3.11.2", ["three"]),
            language("py312", "3.12.0", ["three"]), language("python", "2.7.18", []),
        ]
        for (name, version, image) in [
            ("python", "9", "python"), ("three", "*", "py312"), ("three", "3.11", "py311"), ("three", "4", "py312"),
        ] {
            let body = #"{"language":"\#(name)","version":"\#(version)","files":[{"content":""}]}"#
            let job = try PistonJob(
                json: Array(body.utf8), languages, FacadeLimits(executionTime: 8, memory: 1), isStrict: false)
            #expect(job.request.image == image)
        }
    }

    @Test func `a build that took more CPU than it was given has failed`() throws {
        let answer = try run(#","compile_cpu_time":1"#).reply(
            #"{"stdout":"o","exitCode":0,"build":{"stdout":"","exitCode":0,"cpuTime":2000000}}"#)
        #expect(answer.json["run"] as? NSDictionary == answer.json["compile"] as? NSDictionary)
        #expect((answer.json["run"] as? [String: Any])?["status"] as? String == "TO")
    }

    @Test func `of a build that failed, the run is the same as the build`() throws {
        let answer = try run("").reply(
            #"{"stdout":"","stderr":"e","exitCode":1,"build":{"stdout":"","stderr":"e","exitCode":1}}"#)
        #expect(answer.json["run"] as? NSDictionary == answer.json["compile"] as? NSDictionary)
        let good = try run("").reply(#"{"stdout":"o","exitCode":0,"build":{"stdout":"","stderr":"w","exitCode":0}}"#)
        #expect((good.json["compile"] as? [String: Any])?["stderr"] as? String == "w")
        #expect((good.json["run"] as? [String: Any])?["stdout"] as? String == "o")
        #expect(try run("").reply(#"{"stdout":"o"}"#).json["compile"] == nil)
    }

    @Test func `a limit of the server is a verdict, and what fails otherwise is a message`() throws {
        let late = try run("").reply(.timeOver)
        #expect(late.status == 200 && (late.json["run"] as? [String: Any])?["status"] as? String == "TO")
        let full = try run("").reply(.memory)
        #expect((full.json["run"] as? [String: Any])?["signal"] as? String == "SIGKILL")
        #expect(try run("").reply(.overloaded).status == 503)
        #expect(try run("").reply(.broken).json["message"] as? String == "no engine")
        let refused = try run("").reply(.badName)
        #expect(refused.status == 400 && refused.json["message"] as? String == "the file name \"../x\" leads out")
        #expect(try run("").reply("[]").json["message"] != nil)
    }
}
