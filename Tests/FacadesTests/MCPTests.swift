import DockerRun
import Foundation
import Testing

@testable import Facades

struct MCPTests {
    private let mcp = FacadeUnderTest(facade: MCP(version: "1.2.3"))
    private static let meta =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

    private static func headers(_ method: String, _ name: String? = nil) -> [(String, String)] {
        [("MCP-Protocol-Version", "2026-07-28"), ("mcp-method", method)] + (name.map { [("Mcp-Name", $0)] } ?? [])
    }

    private func modern(_ method: String, _ params: String = "", name: String? = nil) throws -> Reply {
        try mcp.answer(
            "/mcp", #"{"jsonrpc":"2.0","id":0,"method":"\#(method)","params":{\#(Self.meta)\#(params)}}"#,
            Self.headers(method, name))
    }

    private func legacy(_ method: String, _ params: String = "{}") throws -> Reply {
        try mcp.answer("/mcp", #"{"jsonrpc":"2.0","id":"x","method":"\#(method)","params":\#(params)}"#)
    }

    private func call(_ arguments: String, tool: String = "run_code", meta: String = "", accept: String = "*/*") throws
        -> TranslatedRun
    {
        try mcp.run(
            "/mcp",
            #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\#(tool)",\#(meta)"arguments":\#(arguments)}}"#,
            [("Accept", accept)])
    }

    @Test func `a modern client discovers, and each result says that it is whole`() throws {
        let answer = try modern("server/discover")
        #expect(answer.status == 200 && answer.json["id"] as? Int == 0)
        let result = try #require(answer.json["result"] as? [String: Any], "\(answer.text)")
        #expect(result["supportedVersions"] as? [String] == ["2026-07-28"])
        #expect(result["resultType"] as? String == "complete" && result["cacheScope"] as? String == "private")
        #expect((result["serverInfo"] as? [String: String])?["version"] == "1.2.3")
    }

    @Test(arguments: [
        ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1", "2025-11-25"),
    ])
    func `an older client says hello and gets its version, or the last`(_ asked: String, _ given: String) throws {
        let answer = try legacy("initialize", #"{"protocolVersion":"\#(asked)","capabilities":{}}"#)
        #expect((answer.json["result"] as? [String: Any])?["protocolVersion"] as? String == given, "\(answer.text)")
        #expect(answer.json["id"] as? String == "x")
    }

    @Test func `ping and hello are of the older revisions only, and discovery is not`() throws {
        #expect(try legacy("ping").text == #"{"jsonrpc":"2.0","id":"x","result":{}}"#)
        for (answer, status) in [
            (try modern("ping"), 404), (try modern("initialize"), 404), (try legacy("server/discover"), 200),
            (try legacy("resources/list"), 200),
        ] {
            #expect(answer.status == status)
            #expect((answer.json["error"] as? [String: Any])?["code"] as? Int == -32601)
        }
    }

    @Test func `notifications are taken without a word`() throws {
        for method in ["notifications/initialized", "notifications/cancelled", "notifications/any"] {
            let answer = try mcp.answer("/mcp", #"{"jsonrpc":"2.0","method":"\#(method)","params":{"requestId":3}}"#)
            #expect(answer.status == 202 && answer.text.isEmpty)
        }
    }

    @Test(arguments: [
        ("{", -32700), ("", -32700), ("[]", -32600), (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32600), (#"{"id":1,"method":"ping"}"#, -32600),
        (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
        (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600), (#"{"jsonrpc":"2.0","id":1,"method":5}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600), ("5", -32600), ("null", -32600),
    ])
    func `what is no request is an error without an id`(_ body: String, _ code: Int) throws {
        let answer = try mcp.answer("/mcp", body)
        #expect(answer.status == 400 && answer.json["id"] is NSNull, "\(answer.text)")
        #expect((answer.json["error"] as? [String: Any])?["code"] as? Int == code)
    }

    @Test(arguments: [
        ([("MCP-Protocol-Version", "2025-11-25"), ("Mcp-Method", "tools/list")], -32020),
        ([("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call")], -32020),
        ([("MCP-Protocol-Version", "2026-07-28")], -32020), ([("Mcp-Method", "tools/list")], -32020),
        (
            [
                ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/list"), ("Mcp-Method", "tools/list"),
            ], -32020
        ),
    ])
    func `headers that contradict a modern request are refused`(_ headers: [(String, String)], _ code: Int) throws {
        let body = #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(Self.meta)}}"#
        let answer = try mcp.answer("/mcp", body, headers)
        #expect(answer.status == 400 && (answer.json["error"] as? [String: Any])?["code"] as? Int == code)
        #expect(answer.json["id"] as? Int == 1)
    }

    @Test func `the name of a tool is compared too, as it is or in Base64`() throws {
        let body =
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{\#(Self.meta),"name":"run_code","arguments":{"language":"python","code":""}}}"#
        for (name, isGood) in [
            ("run_code", true), ("=?base64?cnVuX2NvZGU=?=", true), ("run_tests", false), ("", false),
        ] {
            let translation = try mcp.post("/mcp", body, Self.headers("tools/call", name))
            if case .run = translation { #expect(isGood) } else { #expect(!isGood) }
        }
    }

    @Test(arguments: [#""params":[]"#, #""params":{"name":5}"#, #""params":{"_meta":{"progressToken":1.5}}"#])
    func `params of the wrong kind are an error of that request`(_ params: String) throws {
        let body = #"{"jsonrpc":"2.0","id":9,"method":"tools/call",\#(params)}"#
        for (headers, status) in [([], 200), (Self.headers("tools/call"), 400)] {
            let answer = try mcp.answer("/mcp", body, headers)
            #expect(answer.status == status && answer.json["id"] as? Int == 9, "\(answer.text)")
            #expect((answer.json["error"] as? [String: Any])?["code"] as? Int == -32602)
        }
    }

    @Test func `a version that is not known, or half of what there has to be, is refused`() throws {
        let version =
            #""_meta":{"io.modelcontextprotocol/protocolVersion":"2030-01-01","io.modelcontextprotocol/clientCapabilities":{}}"#
        let unknown = try mcp.answer(
            "/mcp", #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(version)}}"#,
            [("MCP-Protocol-Version", "2030-01-01"), ("Mcp-Method", "tools/list")])
        let error = try #require(unknown.json["error"] as? [String: Any])
        #expect(unknown.status == 400 && error["code"] as? Int == -32022)
        #expect((error["data"] as? [String: Any])?["requested"] as? String == "2030-01-01")
        let half = #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#
        for (params, headers, code) in [
            (half, Self.headers("tools/list"), -32602), ("", Self.headers("tools/list"), -32602),
            ("", [("MCP-Protocol-Version", "1999-01-01")], -32022),
        ] {
            let answer = try mcp.answer(
                "/mcp", #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(params)}}"#, headers)
            #expect(answer.status == 400 && (answer.json["error"] as? [String: Any])?["code"] as? Int == code)
        }
    }

    @Test func `the tools are two, the languages an enumeration, and the list is JSON whatever their names`() throws {
        let result = try #require(try modern("tools/list").json["result"] as? [String: Any])
        let tools = try #require(result["tools"] as? [[String: Any]])
        #expect(tools.map { $0["name"] as? String } == ["run_code", "run_tests"])
        for tool in tools {
            let properties = (tool["inputSchema"] as? [String: Any])?["properties"] as? [String: [String: Any]]
            #expect(properties?["language"]?["enum"] as? [String] == FacadeUnderTest.languages.map(\.language))
            #expect(properties?["timeout_seconds"]?["maximum"] as? Double == 8)
            #expect((tool["annotations"] as? [String: Bool])?["destructiveHint"] == false)
        }
        #expect(result["resultType"] as? String == "complete" && result["ttlMs"] as? Int == 60_000)
        var odd = Language("\"\\\n\u{1}é", image: "x")
        odd.version = "\""
        let list = ToolList.json([odd], FacadeLimits(executionTime: 0.5, memory: 1), ServerInfo(version: "\""))
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(list)) }
        let none = ToolList.json([], FacadeLimits(executionTime: 1, memory: 1), ServerInfo(version: ""))
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(none)) }
    }

    @Test func `a call is a run of its program`() throws {
        let run = try call(
            #"{"language":"py","code":"c","stdin":"i","args":["a"],"outputs":["*.png"],"timeout_seconds":2,"files":[{"name":"d","content":"AA==","encoding":"base64"}]}"#
        )
        #expect(run.request.image == "docker-run/python:latest" && run.event == nil)
        #expect(run.files.map { $0["name"] } == ["main.py", "d"])
        #expect(run.payload["runTime"] as? Double == 2 && run.payload["stdin"] as? String == "i")
        #expect(run.payload["args"] as? [String] == ["a"] && run.payload["outputs"] as? [String] == ["*.png"])
        let tests = try call(
            #"{"language":"c","code":"c","tests":[{"stdin":"1","expected":"2"}],"stop_on_failure":true}"#,
            tool: "run_tests")
        #expect((tests.payload["tests"] as? [[String: String]]) == [["stdin": "1", "expected": "2"]])
        #expect(tests.payload["stopOnFailure"] as? Bool == true)
    }

    @Test(arguments: [
        (#"{"code":""}"#, "language", "run_code"), (#"{"language":"c"}"#, "code", "run_code"),
        (#"{"language":"c","code":5}"#, "code", "run_code"),
        (#"{"language":"c","code":"","tests":[]}"#, "tests", "run_code"),
        (#"{"language":"c","code":""}"#, "tests", "run_tests"),
        (#"{"language":"c","code":"","stdin":""}"#, "stdin", "run_tests"),
        (#"{"language":"c","code":"","timeout_seconds":0}"#, "timeout_seconds", "run_code"),
        (#"{"language":"c","code":"","timeout_seconds":9}"#, "timeout_seconds", "run_code"),
        (#"{"language":"c","code":"","files":[{"name":"a"}]}"#, "files", "run_code"),
        (#"{"language":"c","code":"","files":[{"name":"a","content":"","mode":1}]}"#, "files.0.mode", "run_code"),
        (#"{"language":"c","code":"","tests":[{"input":"1"}]}"#, "tests.0.input", "run_tests"),
        (#"{"language":"c","code":"","tests":[]}"#, "tests", "run_tests"), ("5", "arguments", "run_code"),
        (#"{"language":"c","code":""}"#, "sing", "sing"),
    ])
    func `arguments that cannot be are refused by name`(_ arguments: String, _ word: String, _ tool: String) throws {
        let answer = try legacy("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#)
        let error = try #require(answer.json["error"] as? [String: Any])
        #expect(answer.status == 200 && error["code"] as? Int == -32602)
        #expect((error["message"] as? String)?.contains(word) == true, "\(answer.text)")
        let modern = try modern("tools/call", #","name":"\#(tool)","arguments":\#(arguments)"#, name: tool)
        let modernError = try #require(modern.json["error"] as? [String: Any])
        #expect(modern.status == 400 && modernError["code"] as? Int == -32602)
        #expect(modernError["message"] as? String == error["message"] as? String)
    }

    private func result(_ reply: Reply) throws -> [String: Any] {
        try #require(reply.json["result"] as? [String: Any], "\(reply.text)")
    }

    @Test func `a program that fails is a good result, as an object and as the same in a text`() throws {
        let reply = try call(#"{"language":"py","code":""}"#).reply(
            #"{"stdout":"o","stderr":"e","error":"Exit code: 3","exitCode":3,"duration":2000000,"memoryPeak":5}"#)
        let result = try result(reply)
        #expect(result["isError"] as? Bool == false && reply.json["id"] as? Int == 7)
        let said = try #require(result["structuredContent"] as? [String: Any])
        #expect(said["exit_code"] as? Int == 3 && said["signal"] is NSNull && said["timed_out"] as? Bool == false)
        #expect(said["duration_ms"] as? Double == 2 && said["memory_bytes"] as? Int == 5)
        let text = try #require((result["content"] as? [[String: String]])?[0]["text"])
        #expect(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary == said as NSDictionary)
    }

    @Test func `what the model can do something about is an error that it reads`() throws {
        let run = try call(#"{"language":"py","code":""}"#)
        for (fault, word) in [(Fault.overloaded, "try again"), (.broken, "no engine")] {
            let result = try result(run.reply(fault))
            #expect(result["isError"] as? Bool == true)
            #expect((result["content"] as? [[String: String]])?[0]["text"]?.contains(word) == true)
        }
        let late = try #require(try result(run.reply(.timeOver))["structuredContent"] as? [String: Any])
        #expect(late["timed_out"] as? Bool == true && late["error"] as? String == "time is over")
        let tests = try call(#"{"language":"py","code":"","tests":[{}]}"#, tool: "run_tests")
        let ended = try #require(try result(tests.reply(.memory))["structuredContent"] as? [String: Any])
        #expect(ended["passed"] as? Int == 0 && ended["error"] as? String == "memory is used up")
        #expect((ended["tests"] as? [Any])?.isEmpty == true)
        #expect(run.reply(.badName).status == 200)
        #expect((run.reply(.badName).json["error"] as? [String: Any])?["code"] as? Int == -32602)
        let unknown = try legacy("tools/call", #"{"name":"run_code","arguments":{"language":"klingon","code":""}}"#)
        #expect(try result(unknown)["isError"] as? Bool == true)
        #expect(unknown.text.contains("python-data"))
    }

    @Test func `files come back as what they are`() throws {
        let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"
        let reply = try call(#"{"language":"py","code":"","outputs":["*"]}"#).reply(
            #"{"exitCode":0,"files":[{"name":"p.png","size":24,"content":"\#(png)","encoding":"base64"},{"name":"fake.png","size":3,"content":"/w==","encoding":"base64"},{"name":"a é.txt","size":1,"content":"x","encoding":"utf8"}],"filesOmitted":[{"name":"big","size":9,"reason":"size"}]}"#
        )
        let content = try #require(try result(reply)["content"] as? [[String: Any]])
        #expect(content.map { $0["type"] as? String } == ["text", "image", "resource", "resource"])
        #expect(content[1]["data"] as? String == png && content[1]["mimeType"] as? String == "image/png")
        #expect((content[2]["resource"] as? [String: String])?["blob"] == "/w==")
        #expect((content[3]["resource"] as? [String: String])?["uri"] == "file:///a%20%C3%A9.txt")
        let files = (try result(reply)["structuredContent"] as? [String: Any])?["files"] as? [[String: Any]]
        #expect(files?.last?["omitted"] as? String == "size")
    }

    @Test func `progress is told to those who ask and take events, and then no event is too large`() throws {
        let meta = #""_meta":{"progressToken":0},"#
        let arguments = #"{"language":"py","code":"","outputs":["*"]}"#
        #expect(try call(arguments, meta: meta, accept: "application/json").event == nil)
        let run = try call(arguments, meta: meta, accept: "application/json, text/event-stream")
        let event = try #require(run.event)
        let first = try #require(event(.started(container: "c", isWarm: true)))
        #expect(
            String(decoding: first, as: UTF8.self)
                == #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"message":"started","progress":1,"progressToken":0}}"#
        )
        let large = String(repeating: "A", count: 1_000_000)
        let reply = run.reply(
            #"{"exitCode":0,"files":[{"name":"a","size":750000,"content":"\#(large)","encoding":"base64"}]}"#)
        #expect(reply.text.utf8.count < 10_000 && reply.text.contains("without a progress token"))
        // Text that grows when it is written: as Base64, and with escapes, once more within a text.
        let (noise, text) = (String(repeating: "\\u0001", count: 24_000), String(repeating: "x", count: 500_000))
        let growing = run.reply(
            #"{"stdout":"\#(noise)","stderr":"\#(noise)","exitCode":0,"files":[{"name":"a","size":500000,"content":"\#(text)","encoding":"utf8"}]}"#
        )
        #expect(growing.text.utf8.count < 1 << 20 && growing.text.utf8.count > 500_000)
        let whole = try call(arguments).reply(
            #"{"exitCode":0,"files":[{"name":"a","size":750000,"content":"\#(large)","encoding":"base64"}]}"#)
        #expect(whole.text.utf8.count > 1_000_000)
    }

    @Test func `tests are counted, and share the room of one output`() throws {
        let long = String(repeating: "y", count: 20_000)
        let run = try call(#"{"language":"py","code":"","tests":[{},{},{}]}"#, tool: "run_tests")
        let reply = run.reply(
            #"{"stdout":"","stderr":"","error":"","tests":[{"stdout":"\#(long)","exitCode":0,"passed":true},{"stdout":"","exitCode":0},{"skipped":true}],"passed":1,"notRestored":"why"}"#
        )
        let said = try #require(try result(reply)["structuredContent"] as? [String: Any])
        #expect(said["passed"] as? Int == 2 && said["failed"] as? Int == 0 && said["skipped"] as? Int == 1)
        #expect(said["not_restored"] as? String == "why")
        let tests = try #require(said["tests"] as? [[String: Any]])
        #expect((tests[0]["stdout"] as? String)?.utf8.count ?? 0 < 9_000 && tests[0]["truncated"] as? Bool == true)
        #expect(tests[2] as NSDictionary == ["skipped": true])
    }
}
