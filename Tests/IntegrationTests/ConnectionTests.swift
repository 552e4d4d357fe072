import Foundation
import HTTP
import TestSupport
import Testing

@testable import Server

extension IntegrationTests.WithoutEngine {
    /// How connections are read, kept and given up, on a server in this process.
    @Suite(.serialized) struct Connections {
        private static let get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"

        /// Says how long the body was, and what it began and ended with.
        private static let measure: @Sendable (Request, Responder) -> Answer = { request, _ in
            let bytes = request.body.take()
            return .now(Response(json: ["count": bytes.count, "sum": bytes.reduce(0) { $0 &* 31 &+ Int($1) }]))
        }

        private static func sum(_ bytes: [UInt8]) -> Int { bytes.reduce(0) { $0 &* 31 &+ Int($1) } }

        // MARK: Requests

        @Test func `a head that comes a byte at a time is read`() throws {
            let server = try HTTPServerUnderTest()
            let client = try server.connect()
            for byte in Self.get.utf8 { client.send([byte]) }
            #expect(try client.response().status == 200)
        }

        @Test func `a request in the absolute form keeps its connection, and the next one is answered`() throws {
            let server = try HTTPServerUnderTest()
            let client = try server.connect()
            client.send("GET http://test/ HTTP/1.1\r\nHost: test\r\n\r\n" + Self.get)
            let first = try client.response()
            #expect(first.status == 200)
            #expect(first.headers["connection"] == nil)
            #expect(try client.response().status == 200)
            client.send("GET http://test/ HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            #expect(try client.response().headers["connection"] == "close")
            #expect(try client.isClosedByPeer())
        }

        @Test(arguments: [
            "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ])
        func `GET with a body is answered, and so is what follows it`(_ rest: String) throws {
            let server = try HTTPServerUnderTest()
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\(rest)" + Self.get)
            #expect(try client.response().status == 200)
            #expect(try client.response().status == 200)
        }

        @Test func `a method that no route knows is answered, and the connection kept`() throws {
            let server = try HTTPServerUnderTest()
            let client = try server.connect()
            for method in ["PUT", "DELETE", "BREW"] {
                let answer = try client.request(method, "/")
                #expect(answer.status == 405)
                #expect(answer.headers["allow"] == "GET, HEAD")
            }
            #expect(try client.request("GET", "/").status == 200)
        }

        @Test func `HTTP 1.0 needs no Host, and its connection is kept only if it asks for that`() throws {
            let server = try HTTPServerUnderTest()
            let client = try server.connect()
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let answer = try client.response()
            #expect(answer.status == 200)
            #expect(answer.headers["connection"] == "keep-alive")
            client.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try client.response().status == 200)
            #expect(try client.isClosedByPeer())
        }

        @Test func `a body of any size arrives as it was sent, in one piece, in chunks, and behind others`() throws {
            let server = try HTTPServerUnderTest(["/measure": Self.measure], maxBodySize: 10_000_000)
            let client = try server.connect()
            var random = SeededGenerator(seed: 7)
            for count in [0, 1, 1023, 1024, 65_535, 65_536, 65_537, 300_000, 5_000_000] {
                let body = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                var bytes = Array(HTTPServerUnderTest.post("/measure", "Content-Length: \(count)").utf8) + body
                bytes += Array(HTTPServerUnderTest.post("/measure", "Transfer-Encoding: chunked").utf8)
                var rest = body[...]
                while !rest.isEmpty {
                    let chunk = rest.prefix(Int.random(in: 1...100_000, using: &random))
                    bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
                    rest = rest.dropFirst(chunk.count)
                }
                client.send(bytes + Array("0\r\n\r\n".utf8))
                for _ in 0..<2 {
                    let answer = try client.response()
                    #expect(answer.json["count"] as? Int == count)
                    #expect(answer.json["sum"] as? Int == Self.sum(body))
                }
            }
        }

        @Test func `an answer that is larger than what the kernel takes at once arrives whole`() throws {
            let body = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 / 5) }
            let server = try HTTPServerUnderTest([
                "/large": { _, _ in .now(Response(.bytes(body[...]))) }
            ])
            let client = try server.connect()
            client.send(HTTPServerUnderTest.post("/large") + Self.get)
            let answer = try client.response()
            #expect(answer.body == body)
            #expect(try client.response().status == 200)
        }

        // MARK: Time

        @Test func `a connection that nobody uses is closed when its time is over`() throws {
            let server = try HTTPServerUnderTest { $0.idleTimeout = 0.2 }
            let client = try server.connect()
            #expect(try client.request("GET", "/").status == 200)
            #expect(try client.isClosedByPeer())
        }

        @Test func `a head that drips is refused when its time is over, and the log says how long it took`() throws {
            let server = try HTTPServerUnderTest { $0.headTimeout = 0.5 }
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\nX: ")
            while !client.hasNews(within: 0.02) { client.send("x") }
            #expect(try client.response().errorCode == "request.timeout")
            try eventually("no line in the log") { server.logText.contains("status=408") }
            let line = server.logText.split(separator: "\n").last.map(String.init) ?? ""
            let time = line.components(separatedBy: "total_ms=").last.flatMap(Double.init)
            #expect(try #require(time, "\(line)") >= 500)
        }

        @Test func `a body may take its time, as long as some of it comes`() throws {
            let server = try HTTPServerUnderTest(["/measure": Self.measure]) {
                $0.bodyTimeout = 2
                $0.headTimeout = 0.1
            }
            let client = try server.connect()
            client.send(HTTPServerUnderTest.post("/measure", "Content-Length: 10"))
            for _ in 0..<10 {
                #expect(!client.hasNews(within: 0.3))
                client.send("x")
            }
            #expect(try client.response().json["count"] as? Int == 10)
        }

        @Test func `a body that no longer comes is refused`() throws {
            let server = try HTTPServerUnderTest(["/measure": Self.measure]) { $0.bodyTimeout = 0.2 }
            let client = try server.connect()
            client.send(HTTPServerUnderTest.post("/measure", "Content-Length: 10") + "x")
            #expect(try client.response().errorCode == "request.timeout")
        }

        @Test func `an answer may take its time, as long as the client takes some of it`() throws {
            let body = [UInt8](repeating: 0x20, count: 30_000_000)
            let server = try HTTPServerUnderTest([
                "/large": { _, _ in .now(Response(.bytes(body[...]))) }
            ]) {
                $0.writeTimeout = 2
            }
            let slow = try server.connect()
            slow.send(HTTPServerUnderTest.post("/large"))
            let stopped = try server.connect()
            stopped.send(HTTPServerUnderTest.post("/large"))
            var buffer = [UInt8](repeating: 0, count: 100_000)
            for _ in 0..<20 {
                #expect(recv(slow.descriptor, &buffer, buffer.count, 0) > 0)
                usleep(200_000)
            }
            var received = 0
            while true {
                let count = recv(slow.descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                received += count
                if received > body.count - 20 * buffer.count { break }
            }
            #expect(received > body.count - 20 * buffer.count, "it was cut")
            #expect(throws: TestClient.ConnectionFailed.self, "it takes nothing and was not cut") {
                try stopped.response()
            }
        }

        // MARK: Too many connections

        @Test func `when there are too many connections, the one that has waited longest for a request gives way`()
            throws
        {
            let server = try HTTPServerUnderTest { $0.maxConnections = 10 }
            var clients = try (0..<10).map { _ in try server.connect() }
            for client in clients { #expect(try client.request("GET", "/").status == 200) }
            // Those that begin a request later give way later.
            clients[0].send("GET / HT")
            #expect(try clients[1].request("GET", "/").status == 200)
            clients.append(try server.connect())
            #expect(try clients[10].request("GET", "/").status == 200)
            #expect(try clients[2].isClosedByPeer())
            clients[0].send("TP/1.1\r\nHost: test\r\n\r\n")
            #expect(try clients[0].response().status == 200)
            #expect(try clients[1].request("GET", "/").status == 200)
            #expect(server.metrics.connections.haveGivenWay == 1)
        }

        @Test func `heads that never end keep nobody out`() throws {
            let server = try HTTPServerUnderTest { $0.maxConnections = 10 }
            let slow = try (0..<100).map { _ in
                let client = try server.connect()
                client.send("GET / HTTP/1.1\r\nX: ")
                return client
            }
            for _ in 0..<20 { #expect(try server.connect().request("GET", "/").status == 200) }
            #expect(server.metrics.connections.open <= 12)
            withExtendedLifetime(slow) {}
        }

        @Test func `who asks without a token and does not take the answers gives way too`() throws {
            let server = try HTTPServerUnderTest { $0.maxConnections = 10 }
            let stuck = try server.connect()
            let requests = Array(String(repeating: Self.get, count: 1000).utf8)
            var rest = requests[...]
            // Until neither side's kernel takes any more.
            while stuck.canSend(within: 0.5) {
                let count = rest.withUnsafeBytes {
                    send(stuck.descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
                }
                rest = count == rest.count ? requests[...] : rest.dropFirst(max(0, count))
            }
            var others: [TestClient] = []
            try eventually("it keeps its place") {
                let client = try server.connect()
                #expect(try client.request("GET", "/").status == 200)
                others.append(client)
                return stuck.isCutOff
            }
        }

        @Test func `who has a token and waits for an answer does not give way, nor does its body`() throws {
            let late = LateEndpoint()
            let server = try HTTPServerUnderTest(["/late": late.respond]) { $0.maxConnections = 10 }
            let handled = try (0..<9).map { _ in
                let client = try server.connect()
                client.send(HTTPServerUnderTest.post("/late"))
                return client
            }
            try eventually("they are not handled") { late.waiting == 9 }
            let sending = try server.connect()
            sending.send(HTTPServerUnderTest.post("/late", "Content-Length: 2") + "{")
            for _ in 0..<50 { #expect(try server.connect().request("GET", "/").status == 200) }
            sending.send("}")
            try eventually("it is not handled") { late.waiting == 10 }
            late.answerAll()
            for client in handled + [sending] { #expect(try client.response().status == 200) }
        }

        @Test func `connections that are closed are counted out`() throws {
            let server = try HTTPServerUnderTest()
            var clients: [TestClient]? = try (0..<20).map { _ in try server.connect() }
            for client in clients ?? [] { #expect(try client.request("GET", "/").status == 200) }
            #expect(server.metrics.connections.open == 20)
            clients = nil
            try eventually("they are still there") { server.metrics.connections.open == 0 }
        }

        // MARK: Refusals

        private static let refuse: @Sendable (Request, Responder) -> Answer = { _, _ in .refused(.overloaded) }

        @Test func `who asks again at once is refused when Retry-After is over, and nobody else feels it`() throws {
            let server = try HTTPServerUnderTest(["/run": Self.refuse])
            let client = try server.connect()
            client.send(HTTPServerUnderTest.post("/run"))
            #expect(try client.response().errorCode == "server.overloaded")
            let began = ContinuousClock.now
            client.send(HTTPServerUnderTest.post("/run") + Self.get)
            let other = try server.connect()
            #expect(try other.request("GET", "/").status == 200)
            other.send(HTTPServerUnderTest.post("/run"))
            #expect(try other.response().errorCode == "server.overloaded")
            #expect(!client.hasNews(within: 0), "it did not have to wait")
            #expect(try client.response().status == 503)
            #expect(ContinuousClock.now - began > .milliseconds(900))
            #expect(try client.response().status == 200)
        }

        @Test func `a client that leaves while its refusal is held back is forgotten`() throws {
            let server = try HTTPServerUnderTest(["/run": Self.refuse])
            var client: TestClient? = try server.connect()
            client?.send(HTTPServerUnderTest.post("/run"))
            #expect(try client?.response().status == 503)
            client?.send(HTTPServerUnderTest.post("/run"))
            client = nil
            try eventually("it is still there") { server.metrics.connections.open == 0 }
            try eventually("no line in the log") { server.logText.contains("error=client_gone") }
        }

        // MARK: The end

        @Test func `a server goes when its connections are closed`() throws {
            weak var gone: HTTPServerUnderTest?
            do {
                let server = try HTTPServerUnderTest()
                gone = server
                let client = try server.connect()
                #expect(try client.request("GET", "/").status == 200)
            }
            #expect(gone == nil)
        }
    }
}
