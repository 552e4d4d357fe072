import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// What the clients of other systems are answered by a server, beside what `scripts/test-facades.py` has them say.
    @Suite(.serialized) struct OtherClients {
        private let server: ServerUnderTest

        init() throws {
            server = try Self.server(["API_FACADES": "mcp piston sandboxfusion", "SERVER_HOSTS": "run.example"])
        }

        private static func server(_ changes: [String: String]) throws -> ServerUnderTest {
            let settings = [
                "RUN_BUILTIN_RUNNER_PATH": BuiltinRunner.path, "RUN_LANGUAGES": "shell=docker-run-test/deaf:builtin",
                "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot",
            ]
            return try ServerUnderTest(settings.merging(changes) { $1 })
        }

        private func post(
            _ path: String, _ body: String, _ headers: [String: String] = [:], to server: ServerUnderTest? = nil,
            token: String? = ServerUnderTest.token
        ) throws -> TestClient.Response {
            var all = ["Content-Type": "application/json", "Host": "localhost"]
            if let token { all["X-Access-Token"] = token }
            let fields = all.merging(headers) { $1 }.filter { !$1.isEmpty }.map { "\($0): \($1)\r\n" }.joined()
            let client = try (server ?? self.server).connect()
            client.send("POST \(path) HTTP/1.1\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            return try client.response()
        }

        private static let pistonProgram = #"{"language":"bash","version":"5","files":[{"content":"echo $((6*7))"}]}"#
        private static let call =
            #"{"jsonrpc":"2.0","id":0,"method":"tools/call","params":{"name":"run_code","arguments":{"language":"bash","code":"echo $((6*7))"}}}"#
        /// One that runs a program.
        private static let routes = [
            ("/mcp", call), ("/api/v2/execute", pistonProgram), ("/api/v2/piston/execute", pistonProgram),
            ("/run_code", #"{"language":"bash","code":"echo $((6*7))"}"#),
        ]

        @Test func `each runs a program, at its path and at that with a slash`() throws {
            for (path, body) in Self.routes {
                for path in [path, path + "/"] {
                    let answer = try post(path, body)
                    #expect(answer.status == 200 && answer.text.contains(#"42\n"#), "\(path): \(answer.text)")
                    #expect(answer.headers["server-timing"]?.hasPrefix("cold") == true)
                }
            }
            let metrics = try ServerMetrics(server).values
            for name in ["mcp", "sandboxfusion"] {
                #expect(metrics[#"docker_run_facade_runs_total{facade="\#(name)"}"#] == 2)
            }
            #expect(metrics[#"docker_run_facade_runs_total{facade="piston"}"#] == 4)
            try eventually("the log does not say so") { server.logText.contains("facade=piston image=docker-run/bash") }
        }

        @Test func `without a token there is nothing, and each says so in its own words`() throws {
            for (path, body) in Self.routes {
                for token in [nil, "wrong"] {
                    let answer = try post(path, body, token: token)
                    #expect(answer.status == 401 && answer.headers["www-authenticate"] == "Bearer")
                    let words = ["/mcp": "error", "/run_code": "detail"][path] ?? "message"
                    #expect(answer.json[words] != nil, "\(answer.text)")
                }
            }
            #expect(try server.get("/api/v2/runtimes", token: nil).status == 401)
            #expect(try server.get("/v1/ping", token: nil).status == 401)
            for path in [
                "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp",
                "/.well-known/oauth-authorization-server", "/register",
            ] {
                #expect(try server.get(path, token: nil).status == 404)
            }
        }

        @Test func `a key that stands alone in Authorization is Piston's way, and no other's`() throws {
            let key = ["Authorization": ServerUnderTest.token]
            let bearer = ["Authorization": "Bearer \(ServerUnderTest.token)"]
            for (path, body) in Self.routes {
                let isPiston = path.hasPrefix("/api")
                #expect(try post(path, body, key, token: nil).status == (isPiston ? 200 : 401))
                #expect(try post(path, body, bearer, token: nil).status == 200)
            }
            #expect(try server.connect().request("POST", "/run", headers: key).status == 401)
        }

        @Test func `those that are not on are not there, and by default MCP is on`() throws {
            let server = try Self.server([:])
            for (path, body) in Self.routes {
                #expect(try post(path, body, to: server).status == (path == "/mcp" ? 200 : 404))
            }
            #expect(try server.get("/api/v2/runtimes").errorCode == "not_found")
            let text = try ServerUnderTest.textOfFailedStart(["API_PUBLIC_FACADES": "piston", "API_FACADES": "judge0"])
            #expect(text.contains("API_FACADES must be mcp or piston or sandboxfusion, not \"judge0\""), "\(text)")
            #expect(
                try ServerUnderTest.textOfFailedStart(["API_PUBLIC_FACADES": "piston"])
                    .contains("API_PUBLIC_FACADES: piston is not among API_FACADES"))
        }

        @Test func `a page of others gets nowhere, whatever it can have a browser send`() throws {
            let server = try Self.server([
                "API_FACADES": "mcp piston sandboxfusion", "API_PUBLIC_FACADES": "mcp piston sandboxfusion",
                "SERVER_HOSTS": "run.example", "SERVER_CORS_ORIGINS": "https://a.example",
            ])
            for (path, body) in Self.routes {
                for (headers, status) in [
                    ([:], 200), (["Host": "run.example"], 200), (["Origin": "https://a.example"], 200),
                    (["Origin": "http://localhost"], 200), (["Origin": "https://b.example"], 403),
                    (["Origin": "null"], 403), (["Host": "b.example"], 403),
                    (["Host": "b.example", "Origin": "http://b.example"], 403),
                    (["Content-Type": "text/plain"], 415), (["Content-Type": ""], 415),
                    (["Content-Type": "application/x-www-form-urlencoded"], 415),
                    (["Content-Type": "text/plain;application/json"], 415),
                ] {
                    let answer = try post(path, body, headers, to: server, token: nil)
                    #expect(answer.status == status, "\(path) \(headers): \(answer.text)")
                }
            }
            for headers in [["Origin": "https://b.example"], ["Host": "b.example"]] {
                let client = try DialogueClient(server, path: "/api/v2/connect", headers: headers)
                #expect(client.response.status == 403 && client.response.json["message"] != nil)
            }
        }

        @Test func `with a token MCP is still for no page of others, and the rest for any that has it`() throws {
            for (path, body) in Self.routes {
                let answer = try post(path, body, ["Origin": "https://b.example"])
                #expect(answer.status == (path == "/mcp" ? 403 : 200))
                #expect(try post(path, body, ["Host": "b.example"]).status == 200)
                let stranger = try post(path, body, ["Origin": "https://b.example"], token: nil)
                #expect(stranger.status == (path == "/mcp" ? 403 : 401))
            }
        }

        @Test func `what HTTP refuses is said in each one's words`() throws {
            let long = String(repeating: " ", count: 3_000_000)
            for (path, _) in Self.routes {
                let words = ["/mcp": "error", "/run_code": "detail"][path] ?? "message"
                let large = try post(path, long)
                #expect(large.status == 413 && large.json[words] != nil, "\(large.text)")
                let packed = try post(path, "{}", ["Content-Encoding": "gzip"])
                #expect(packed.status == 415 && packed.json[words] != nil)
                let method = try server.get(path)
                #expect(method.status == 405 && method.headers["allow"] == "POST" && method.json[words] != nil)
            }
            let none = try server.get("/api/v2/none")
            #expect(none.status == 404 && none.json["message"] as? String == "Not Found")
            #expect(try server.get("/mcpx").errorCode == "not_found")
            let off = try Self.server(["API_FACADES": ""])
            #expect(try post("/mcp", Self.call, to: off).errorCode == "not_found")
        }

        @Test func `the server's overload and its limits are said in each one's words`() throws {
            let server = try Self.server([
                "API_FACADES": "mcp piston sandboxfusion", "SERVER_WORKER_THREADS": "1", "SERVER_QUEUE_SIZE": "0",
            ])
            let busy = try server.begin(script: "sleep 600")
            try eventually("it does not run") { try !server.containers().isEmpty }
            let call = try post("/mcp", Self.call, to: server)
            #expect(call.status == 200 && call.text.contains("try again"), "\(call.text)")
            for (path, body) in Self.routes.dropFirst() {
                let answer = try post(path, body, to: server)
                #expect(answer.status == 503 && answer.headers["retry-after"] == "1", "\(answer.text)")
            }
            // What is no run needs no worker.
            #expect(try post("/mcp", #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, to: server).status == 200)
            #expect(try server.get("/api/v2/runtimes").status == 200)
            withExtendedLifetime(busy) {}
        }

        @Test func `a client that leaves ends its run`() throws {
            let client = try server.connect()
            let body = #"{"language":"bash","code":"sleep 600"}"#
            client.send(
                "POST /run_code HTTP/1.1\r\nHost: a\r\nX-Access-Token: \(ServerUnderTest.token)\r\n"
                    + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            try eventually("it does not run") { try server.containers().contains { $0.state == "running" } }
            shutdown(client.descriptor, Int32(SHUT_RDWR))
            try server.awaitNoContainers()
        }

        @Test func `progress of a call of MCP comes as events, of which the answer is the last`() throws {
            let body = #"""
                {"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"run_code","_meta":{"progressToken":"p"},
                 "arguments":{"language":"bash","code":"echo one"}}}
                """#
            let answer = try post("/mcp", body, ["Accept": "application/json, text/event-stream"])
            #expect(answer.headers["content-type"] == "text/event-stream")
            let events = answer.text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
            #expect(events.allSatisfy { $0.hasPrefix("event: message\ndata: {\"") })
            #expect(events.first?.contains("started in a new container") == true)
            #expect(events.contains { $0.contains(#""message":"one\n""#) })
            #expect(events.last?.contains(#""id":5"#) == true, "\(answer.text)")
        }

        // MARK: Piston's WebSocket

        private func connect(_ first: String) throws -> DialogueClient {
            let client = try DialogueClient(server, path: "/api/v2/connect")
            #expect(client.response.status == 101)
            client.say(first)
            return client
        }

        private static func start(_ code: String) -> String {
            let files = [["content": code]]
            let message: [String: Any] = ["type": "init", "language": "bash", "version": "*", "files": files]
            return String(decoding: try! JSONSerialization.data(withJSONObject: message), as: UTF8.self)
        }

        /// What comes until the server closes, as `type` or `type:stage` or `type:data`.
        private func all(_ client: DialogueClient) throws -> [String] {
            var words: [String] = []
            while let message = try client.hearObject() {
                let detail = message["stage"] ?? message["data"] ?? message["message"]
                words.append((["\(message["type"] ?? "")"] + (detail.map { ["\($0)"] } ?? [])).joined(separator: ":"))
            }
            return words
        }

        @Test func `a program is talked with as Piston does it`() throws {
            let client = try connect(Self.start("read -r name; echo Hello $name; exit 3"))
            #expect(try client.hearObject()?["language"] as? String == "bash")
            #expect(try client.hearObject()?["stage"] as? String == "run")
            client.say(#"{"type":"data","stream":"stdin","data":"Ada\n"}"#)
            #expect(try client.hearObject()?["data"] as? String == "Hello Ada\n")
            let exit = try #require(try client.hearObject())
            #expect(exit["type"] as? String == "exit" && exit["code"] as? Int == 3 && exit["signal"] is NSNull)
            #expect(try client.hearObject() == nil && client.closeCode == 4999)
        }

        @Test func `signals and the end of the input arrive`() throws {
            let client = try connect(Self.start("echo ready; exec sleep 600"))
            while try client.hearObject()?["data"] as? String != "ready\n" {}
            client.say(#"{"type":"signal","signal":"SIGTERM"}"#)
            #expect(try client.hearObject()?["signal"] as? String == "SIGTERM")
            let reader = try connect(Self.start("cat; echo end"))
            while try reader.hearObject()?["type"] as? String != "stage" {}
            reader.say(#"{"type":"eof"}"#)
            #expect(try all(reader) == ["data:end\n", "exit:run"])
        }

        /// The first message, or else one that begins a run; another, when that goes on; and the code.
        private static let outOfPlace: [(String?, String?, Int)] = [
            (#"{"type":"data","stream":"stdin","data":"x"}"#, nil, 4003), ("{", nil, 4002),
            (#"{"type":"init"}"#, nil, 4002),
            (#"{"type":"init","language":"klingon","version":"1","files":[]}"#, nil, 4002),
            (nil, start("echo x"), 4000), (nil, #"{"type":"data","stream":"stdout","data":"x"}"#, 4004),
            (nil, #"{"type":"signal","signal":"SIGSTOP"}"#, 4005), (nil, "{", 4002),
        ]

        @Test(arguments: outOfPlace)
        func `what is out of place closes it with Piston's code`(_ first: String?, _ then: String?, _ code: Int) throws
        {
            let client = try connect(first ?? Self.start("echo ready; exec sleep 600"))
            if let then {
                while try client.hearObject()?["data"] as? String != "ready\n" {}
                client.say(then)
            }
            let words = try all(client)
            #expect(client.closeCode == code, "\(words)")
            #expect(words.last?.hasPrefix("error:") ?? false == (code == 4002))
            try server.awaitNoContainers()
        }
    }
}
