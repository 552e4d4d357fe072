import DockerRun
import Foundation
import Testing

@testable import Facades

struct SandboxFusionTests {
    private let fusion = FacadeUnderTest(facade: SandboxFusion())

    private func run(_ members: String = "") throws -> TranslatedRun {
        try fusion.run("/run_code", #"{"code":"1","language":"python"\#(members)}"#)
    }

    @Test func `a ping is answered`() throws {
        #expect(try fusion.get("/v1/ping").text == #""pong""#)
    }

    @Test(arguments: [
        ("{}", "missing", ["body", "code"]), (#"{"code":"1"}"#, "missing", ["body", "language"]),
        (#"{"code":1,"language":"python"}"#, "string_type", ["body", "code"]),
        (#"{"code":null,"language":"python"}"#, "string_type", ["body", "code"]),
        (#"{"code":"","language":"klingon"}"#, "literal_error", ["body", "language"]),
        (#"{"code":"","language":"python","run_timeout":0}"#, "greater_than", ["body", "run_timeout"]),
        (#"{"code":"","language":"python","files":{"a":5}}"#, "string_type", ["body", "files", "a"]),
        (#"{"code":"","language":"python","fetch_files":["a",5]}"#, "string_type", ["body", "fetch_files", "1"]),
        ("{", "json_invalid", ["body"]), ("[]", "dict_type", ["body"]),
        (#"{"code":"","language":"python","run_timeout":null}"#, "float_type", ["body", "run_timeout"]),
        (#"{"code":"","language":"python","memory_limit_MB":"1"}"#, "int_type", ["body", "memory_limit_MB"]),
        (#"{"code":"","language":"python","fetch_files":5}"#, "list_type", ["body", "fetch_files"]),
    ])
    func `what is wrong is said as FastAPI says it`(_ body: String, _ type: String, _ place: [String]) throws {
        let answer = try fusion.answer("/run_code", body)
        #expect(answer.status == 422)
        let detail = try #require(answer.json["detail"] as? [[String: Any]])
        #expect(detail[0]["type"] as? String == type, "\(answer.text)")
        let steps = try #require(detail[0]["loc"] as? [Any])
        #expect(steps.map { "\($0)" } == place && (steps.last is Int) == (place.last == "1"), "\(answer.text)")
    }

    @Test func `times are within the server's, and memory is the container's`() throws {
        let run = try run(#","compile_timeout":60,"run_timeout":0.5,"memory_limit_MB":100"#)
        #expect(run.payload["buildTime"] as? Double == 8 && run.payload["runTime"] as? Double == 0.5)
        #expect(run.request.limits.memory == 100 << 20)
        for megabytes in [-1, 0, 100_000, Int.max, Int.min] {
            #expect(try self.run(#","memory_limit_MB":\#(megabytes)"#).request.limits == RunLimits())
        }
    }

    @Test func `languages have the names of both, and what is more than a language is none`() throws {
        let run = try fusion.run("/run_code", #"{"code":"1","language":"nodejs"}"#)
        #expect(run.payload["language"] as? String == "javascript" && run.files[0]["name"] == "main.js")
        let data = try fusion.run("/run_code", #"{"code":"1","language":"python-data"}"#)
        #expect(
            data.payload["language"] as? String == "python" && data.request.image == "docker-run/python-data:latest")
        #expect(try fusion.answer("/run_code", #"{"code":"1","language":"pytest"}"#).status == 422)
    }

    @Test func `files are Base64, one that is null is none, and only those below the directory are fetched`() throws {
        let run = try run(
            #","files":{"b":"AA==","a/c":"","n":null},"fetch_files":["./a/../../x","/etc/passwd","./o","a//p","."]"#)
        #expect(run.files.map { $0["name"] } == ["main.py", "a/c", "b"])
        #expect(run.files[2] == ["name": "b", "content": "AA==", "encoding": "base64"])
        #expect(run.payload["outputs"] as? [String] == ["o", "a/p"])
        let answer = run.reply(
            #"{"exitCode":0,"files":[{"name":"o","size":1,"content":"x","encoding":"utf8"},{"name":"a/p","size":1,"content":"/w==","encoding":"base64"}]}"#
        )
        #expect(answer.json["files"] as? [String: String] == ["./o": "eA==", "a//p": "/w=="])
    }

    @Test func `how a program ended is said as SandboxFusion says it, with every member there`() throws {
        let good = try run().reply(#"{"stdout":"a","stderr":"b","exitCode":0,"duration":1500000000}"#)
        #expect(good.status == 200)
        #expect(
            good.text
                == #"{"compile_result":null,"executor_pod_name":null,"files":{},"message":"","run_result":{"execution_time":1.5,"return_code":0,"status":"Finished","stderr":"b","stdout":"a"},"status":"Success"}"#
        )
        let signalled = try run().reply(#"{"signal":11,"error":"x"}"#)
        #expect((signalled.json["run_result"] as? [String: Any])?["return_code"] as? Int == -11)
        #expect(signalled.json["status"] as? String == "Failed")
        let late = try #require(try run().reply(#"{"limit":"time","error":"x"}"#).json["run_result"] as? [String: Any])
        #expect(late["status"] as? String == "TimeLimitExceeded" && late["return_code"] is NSNull)
        let build = try run().reply(#"{"stderr":"e","exitCode":1,"build":{"stderr":"e","exitCode":1}}"#)
        #expect(build.json["run_result"] is NSNull && build.json["status"] as? String == "Failed")
        #expect((build.json["compile_result"] as? [String: Any])?["return_code"] as? Int == 1)
    }

    @Test func `clients ask again for what is the server's fault, and for nothing else`() throws {
        let late = try run().reply(.timeOver)
        #expect((late.json["run_result"] as? [String: Any])?["status"] as? String == "TimeLimitExceeded")
        #expect(try run().reply(.memory).json["status"] as? String == "Failed")
        #expect(try run().reply(.broken).json["status"] as? String == "SandboxError")
        #expect(try run().reply(.overloaded).status == 503)
        #expect(try run().reply(.badName).status == 422)
    }
}
