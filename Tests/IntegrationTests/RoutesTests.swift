import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite(.serialized) struct Routes {
        let server = try! ServerUnderTest()

        @Test func `GET / needs no token and says which service this is`() throws {
            let answer = try server.get("/", token: nil)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.json["name"] as? String == "docker-run")
            #expect(answer.json["description"] as? String == "Api for running code in transient docker containers")
            #expect((answer.json["version"] as? String)?.isEmpty == false)
        }

        @Test func `GET /openapi.yaml needs no token and serves the description of the source`() throws {
            let description = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../Sources/Server/openapi.yaml")
            let answer = try server.get("/openapi.yaml", token: nil)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/yaml")
            #expect(answer.text == (try String(contentsOf: description, encoding: .utf8)))
        }

        @Test func `GET /version says what the engine says of itself`() throws {
            let answer = try server.get("/version")
            #expect(answer.status == 200)
            let engine = try Engine.call("GET", "/version").json
            let docker = try #require(answer.json["docker"] as? [String: Any])
            for (ours, theirs) in [
                "version": "Version", "apiVersion": "ApiVersion", "gitCommit": "GitCommit", "goVersion": "GoVersion",
                "os": "Os", "arch": "Arch", "kernelVersion": "KernelVersion", "buildTime": "BuildTime",
            ] {
                #expect(docker[ours] as? String == engine[theirs] as? String, "\(ours)")
            }
            let components = try #require(docker["components"] as? [[String: String]])
            #expect(components.contains { $0["name"] == "Engine" && $0["version"] == engine["Version"] as? String })
        }

        @Test func `a page of an origin that is allowed may ask first, and read every answer, and no other page`()
            throws
        {
            let server = try ServerUnderTest(["SERVER_CORS_ORIGINS": "https://a.example"])
            let client = try server.connect()
            let asking = ["Origin": "https://a.example", "Access-Control-Request-Method": "POST"]
            let allowed = try client.request("OPTIONS", "/run", headers: asking)
            #expect(allowed.status == 204)
            #expect(allowed.headers["access-control-allow-origin"] == "https://a.example")
            #expect(allowed.headers["access-control-allow-methods"] == "GET, HEAD, POST")
            for (method, path, status) in [("POST", "/run", 401), ("GET", "/none", 404), ("GET", "/", 200)] {
                let answer = try client.request(method, path, headers: ["Origin": "https://a.example"])
                #expect(answer.status == status)
                #expect(answer.headers["access-control-allow-origin"] == "https://a.example")
                let other = try client.request(method, path, headers: ["Origin": "https://b.example"])
                #expect(other.status == status && other.headers["access-control-allow-origin"] == nil)
            }
            let refused = try client.request("OPTIONS", "/run", headers: asking.merging(["Origin": "null"]) { $1 })
            #expect(refused.status == 405)
        }

        @Test func `GET /version without the token is refused`() throws {
            #expect(try server.get("/version", token: nil).status == 401)
            #expect(try server.get("/version", token: "wrong").errorCode == "access_token")
        }

        @Test func `POST /run gives the object that the container printed, byte for byte`() throws {
            let object = #"{"z":1,  "a":[1.0e0,123456789012345678901234567890,-0],"stdout":"\u00e9é"}"#
            let answer = try server.run(script: "printf '\\n %s \\n' '\(object)'")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.text == object)
        }

        @Test func `the payload reaches the container byte for byte`() throws {
            let payload = #"{"b" : 123456789012345678901234567890, "a":[ 1.10,1e400 ],"é":"\ud83d\ude00 \/"}"#
            let answer = try server.run("echo", payload: payload)
            #expect(answer.text == #"{"echo":\#(payload)}"#)
        }

        @Test func `a payload and a result of a megabyte and a half pass`() throws {
            let payload = #"{"text":"\#(String(repeating: "0123456789abcde\\n", count: 92_000))"}"#
            let answer = try server.run("echo", payload: payload)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"echo":\#(payload)}"#)
        }

        @Test func `a run without the token is refused before its body is sent`() throws {
            let client = try server.connect()
            client.send("POST /run HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n")
            let answer = try client.response()
            #expect(answer.status == 401)
            #expect(answer.errorCode == "access_token")
            #expect(answer.message == "Missing or wrong access token")
        }

        @Test(arguments: [
            "", "{", "[]", "null", #"{"image":"x"}"#, #"{"payload":{}}"#, #"{"image":1,"payload":{}}"#,
            #"{"image":"x","payload":[]}"#, #"{"image":"x","payload":{}} x"#,
            #"{"image":"x","image":"y","payload":{}}"#,
            #"{"image":"","payload":{}}"#,
        ])
        func `a bad body gets 400 in JSON`(_ body: String) throws {
            let answer = try server.post(body)
            #expect(answer.status == 400)
            #expect(answer.errorCode == "request.body")
            #expect(!answer.message.isEmpty)
        }

        @Test func `a body that is no JSON by its Content-Type is refused`() throws {
            let answer = try server.post("{}", headers: ["Content-Type": "text/plain"])
            #expect(answer.status == 400)
            #expect(answer.errorCode == "request.body")
        }

        @Test(arguments: [
            ("", [0xEF, 0xBB, 0xBF], "byte order mark"), ("", [0xFF, 0xFE], "byte order mark"),
            ("Content-Type: application/json; charset=utf-16\r\n", [], "utf-16"),
            ("Content-Type: application/json\r\nContent-Encoding: gzip\r\n", [], "Content-Encoding"),
        ])
        func `a body that is no plain UTF-8 is refused with a message that says how`(
            _ fields: String, _ prefix: [UInt8], _ word: String
        ) throws {
            let body = prefix + Array(#"{"image":"docker-run-test/echo","payload":{}}"#.utf8)
            let client = try server.connect()
            client.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\n"
                    + "\(fields)Content-Length: \(body.count)\r\n\r\n")
            client.send(body)
            let answer = try client.response()
            let isCoding = word == "Content-Encoding"
            #expect(answer.status == (isCoding ? 415 : 400))
            #expect(answer.errorCode == (isCoding ? "request.content_encoding" : "request.body"))
            #expect(answer.headers["accept-encoding"] == (isCoding ? "identity" : nil))
            #expect(answer.message.contains(word), "\(answer.message)")
        }

        @Test func `a body is JSON in UTF-8 where nothing is said of it, and where just that is said`() throws {
            let body = Array(#"{"image":"docker-run-test/echo","payload":{}}"#.utf8)
            for fields in [
                [:], ["Content-Type": "application/json; charset=UTF-8"], ["Content-Encoding": "identity"],
            ] {
                let headers = fields.merging(["X-Access-Token": ServerUnderTest.token]) { $1 }
                #expect(try server.connect().request("POST", "/run", headers: headers, body: body).status == 200)
            }
        }

        @Test func `a body of exactly the limit is taken, in one piece and in chunks, and one more byte is not`() throws
        {
            let head = "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\n"
            let start = #"{"image":"docker-run-test/echo","payload":{"a":""#
            let fill = String(repeating: "x", count: 2_097_152 - start.utf8.count - 3)
            let body = "\(start)\(fill)\"}}"
            for (more, status) in [("", 200), (" ", 413)] {
                let count = (body + more).utf8.count
                let announced = try server.connect()
                announced.send("\(head)Content-Length: \(count)\r\n\r\n\(body)\(more)")
                let answer = try announced.response()
                #expect(answer.status == status, "\(answer.text.prefix(200))")
                let chunked = try server.connect()
                chunked.send(
                    "\(head)Transfer-Encoding: chunked\r\n\r\n\(String(count, radix: 16))\r\n\(body)\(more)\r\n0\r\n\r\n"
                )
                #expect(try chunked.response().status == status)
            }
        }

        @Test func `a body over the limit gets 413, with and without its length announced`() throws {
            let announced = try server.connect()
            announced.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\nContent-Length: 2097153\r\n\r\n"
            )
            #expect(try announced.response().errorCode == "request.body.size")

            let chunked = try server.connect()
            chunked.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65536) + Array("\r\n".utf8)
            for _ in 0..<40 { chunked.send(chunk) }
            let answer = try chunked.response()
            #expect(answer.status == 413)
            #expect(answer.errorCode == "request.body.size")
        }

        @Test func `a chunked body is as good as any`() throws {
            let client = try server.connect()
            let body = #"{"image":"docker-run-test/echo","payload":{"a":1}}"#
            client.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            for byte in body.utf8 { client.send("1\r\n\(Character(UnicodeScalar(byte)))\r\n") }
            client.send("0\r\n\r\n")
            #expect(try client.response().text == #"{"echo":{"a":1}}"#)
        }

        @Test func `broken chunks get 400 in JSON`() throws {
            let client = try server.connect()
            client.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\n"
            )
            let answer = try client.response()
            #expect(answer.status == 400)
            #expect(answer.errorCode == "request.body")
        }

        @Test func `a client that expects 100-continue is told to go on, and then answered`() throws {
            let client = try server.connect()
            let body = #"{"image":"docker-run-test/echo","payload":{"a":1}}"#
            client.send(
                "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\nExpect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            )
            #expect(try client.response().status == 100)
            client.send(body)
            #expect(try client.response().text == #"{"echo":{"a":1}}"#)
        }

        @Test func `broken chunks behind 100-continue are answered in JSON too`() throws {
            for _ in 0..<20 {
                let client = try server.connect()
                client.send(
                    "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(ServerUnderTest.token)\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                client.send("5;x\r\n")
                var answer = try client.response()
                if answer.status == 100 { answer = try client.response() }
                #expect(answer.status == 400)
                #expect(answer.errorCode == "request.body")
            }
        }

        @Test func `unknown paths and methods are answered in JSON`() throws {
            #expect(try server.get("/nothing").errorCode == "not_found")
            #expect(try server.get("/nothing").status == 404)
            for method in ["DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "BREW"] {
                let answer = try server.connect().request(method, "/run")
                #expect(answer.status == 405, "\(method)")
                #expect(answer.headers["allow"] == "POST", "\(method)")
                #expect(answer.errorCode == "method_not_allowed", "\(method)")
            }
        }

        @Test func `HEAD is answered like GET, without the body`() throws {
            let client = try server.connect()
            let answer = try client.request("HEAD", "/")
            #expect(answer.status == 200)
            // Had a body come, it would be taken for the beginning of this answer.
            let next = try client.request("GET", "/")
            #expect(next.status == 200)
            #expect(answer.headers["content-length"] == "\(next.body.count)")
        }

        @Test(arguments: [
            "Content-Length: 2\r\nContent-Length: 3", "Content-Length: 2\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked", "Content-Length : 2", "Content-Length: +2", "X: a\r\n b: c",
        ])
        func `a head that two servers could read differently is refused, and the connection closed`(
            _ fields: String
        ) throws {
            let client = try server.connect()
            client.send("POST /run HTTP/1.1\r\nHost: test\r\n\(fields)\r\n\r\n{}GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            let answer = try client.response()
            #expect(answer.status >= 400)
            #expect(answer.errorCode == "request.head")
            #expect(answer.headers["connection"] == "close")
            #expect(try client.isClosedByPeer())
        }

        @Test func `requests that are sent at once are answered in turn`() throws {
            let client = try server.connect()
            let get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"
            client.send(get + "GET /nothing HTTP/1.1\r\nHost: test\r\n\r\n" + get)
            #expect(try client.response().status == 200)
            #expect(try client.response().status == 404)
            #expect(try client.response().status == 200)
        }

        @Test func `what is answered at once is answered also to a client that has closed its sending side`() throws {
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            shutdown(client.descriptor, Int32(SHUT_WR))
            #expect(try client.response().status == 200)
        }

        @Test func `every answer has its own id, and a run the times of its parts`() throws {
            let first = try server.run("echo")
            let second = try server.run("echo")
            #expect(first.headers["x-request-id"] != nil)
            #expect(first.headers["x-request-id"] != second.headers["x-request-id"])
            let timing = try #require(first.headers["server-timing"])
            for part in ["queue;dur=", "create;dur=", "start;dur=", "run;dur="] { #expect(timing.contains(part)) }
        }

        @Test func `the log has one line a request, with its id, and neither the token nor the payload`() throws {
            let answer = try server.run("echo", payload: #"{"secret":"in the payload"}"#)
            let id = try #require(answer.headers["x-request-id"])
            try eventually("no line in the log") { server.logText.contains("id=\(id) ") }
            let lines = server.logText.split(separator: "\n").filter { $0.contains("id=\(id) ") }
            #expect(lines.count == 1)
            for field in [
                "method=POST", "path=/run", "status=200", "image=docker-run-test/echo", "queue_ms=", "run_ms=",
            ] {
                #expect(lines[0].contains(field), "\(field)")
            }
            _ = try server.post("{}", token: "a-wrong-token")
            try eventually("no line in the log") { server.logText.contains("error=access_token") }
            #expect(!server.logText.contains(ServerUnderTest.token))
            #expect(!server.logText.contains("a-wrong-token"))
            #expect(!server.logText.contains("in the payload"))
        }
    }
}
