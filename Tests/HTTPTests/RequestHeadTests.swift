import TestSupport
import Testing

@testable import HTTP

struct RequestHeadTests {
    private func head(_ text: String) throws(RequestHead.Malformed) -> RequestHead? {
        try head(Array(text.utf8))
    }

    private func head(_ bytes: [UInt8]) throws(RequestHead.Malformed) -> RequestHead? {
        var reader = HeadReader(singular: ["X-Access-Token"])
        return try reader.read(bytes.span)
    }

    /// What a client gets that sends its head byte by byte.
    private func slowly(_ bytes: [UInt8]) throws(RequestHead.Malformed) -> RequestHead? {
        var reader = HeadReader(singular: ["X-Access-Token"])
        for count in 1...bytes.count {
            if let head = try reader.read(bytes.span.extracting(..<count)) { return head }
        }
        return nil
    }

    @Test func `a head is read when it is complete, and not before`() throws {
        let text =
            "POST /run?x=1 HTTP/1.1\r\nHost: a\r\nX-ACCESS-TOKEN:  secret \r\nContent-Length: 12\r\ncontent-type: application/json\r\n\r\n"
        for count in 0..<text.utf8.count { #expect(try head(Array(text.utf8.prefix(count))) == nil) }
        let head = try #require(try head(text + "the body"))
        #expect(head.method == .post)
        #expect(head.path == "/run")
        #expect(head.query == "x=1")
        #expect(head.headers["x-access-token"] == "secret")
        #expect(head.body == .length(12))
        #expect(head.headers["Content-Type"] == "application/json")
        #expect(head.size == text.utf8.count)
    }

    @Test(arguments: [
        ("/", nil), ("/?", ""), ("/a?b?c=%20", "b?c=%20"), ("http://host?x", "x"), ("http://host/a", nil),
    ])
    func `a query is what follows the first question mark`(_ target: String, _ query: String?) throws {
        #expect(try head("GET \(target) HTTP/1.0\r\n\r\n")?.query == query)
    }

    @Test func `all fields are there, names without letter case, values without the spaces around them`() throws {
        let text = "GET / HTTP/1.0\r\nA:1\r\nb:  2 3 \r\na: 4\r\nEmpty:\r\n\r\n"
        let headers = try #require(try head(text)).headers
        #expect(headers.bytes(of: "a") == [Array("1".utf8), Array("4".utf8)])
        #expect(headers["A"] == "4")
        #expect(headers["B"] == "2 3")
        #expect(headers["empty"] == "")
        #expect(headers["c"] == nil)
    }

    @Test func `targets lose their query, and their scheme and host`() throws {
        for (target, path) in [
            "/": "/", "/a/b?c/d": "/a/b", "http://host:1/x?y": "/x", "HTTP://host/": "/", "*": "*", "http://host": "/",
        ] {
            #expect(try head("GET \(target) HTTP/1.0\r\n\r\n")?.path == path)
        }
    }

    @Test func `a connection is closed when that is among its options`() throws {
        for (value, closes) in [
            "close": true, "TE, Close": true, "close , TE": true, "keep-alive": false, "closed": false, "": false,
        ] {
            #expect(try head("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(value)\r\n\r\n")?.closesConnection == closes)
        }
    }

    @Test func `a connection of HTTP/1.0 is kept only when that is among its options`() throws {
        for (value, closes) in ["": true, "keep-alive": false, "TE, Keep-Alive": false, "keep-alive, close": true] {
            #expect(try head("GET / HTTP/1.0\r\nConnection: \(value)\r\n\r\n")?.closesConnection == closes)
        }
    }

    @Test func `a method may be any word, and letter case counts`() throws {
        #expect(try head("BREW / HTTP/1.1\r\nHost: a\r\n\r\n")?.method == Method(rawValue: "BREW"))
        #expect(try head("get / HTTP/1.1\r\nHost: a\r\n\r\n")?.method != .get)
    }

    @Test(arguments: [
        "GET /\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.2\r\n\r\n", "GET / http/1.1\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: \u{0}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n A: b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\t1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1,1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nX-Access-Token: a\r\nX-Access-Token: b\r\n\r\n",
    ])
    func `what could be read in two ways, or is not HTTP, is refused`(_ text: String) {
        #expect(throws: RequestHead.Malformed.self) { try head(text) }
    }

    @Test func `a head that is too long is refused, complete or not`() {
        let field = "X: " + String(repeating: "x", count: RequestHead.maximumSize) + "\r\n"
        for end in ["", "\r\n"] {
            #expect {
                _ = try head("GET / HTTP/1.1\r\nHost: a\r\n" + field + end)
            } throws: { error in
                (error as? RequestHead.Malformed)?.status == 431
            }
        }
    }

    @Test func `random bytes are a head or are refused, and nothing else`() {
        var random = SeededGenerator(seed: 19)
        let good = Array(
            "POST /run?x HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nX-Access-Token: t\r\n\r\nbody".utf8)
        for _ in 0..<5000 {
            let noise = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? head(noise)
            _ = try? head(Array("POST / HTTP/1.1\r\nHost: a\r\n".utf8) + noise)
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let slow = Result { () throws(RequestHead.Malformed) in try slowly(bytes) }
            #expect(slow == Result { () throws(RequestHead.Malformed) in try head(bytes) })
            guard let head = try? slow.get() else { continue }
            #expect(head.size <= bytes.count)
            #expect(bytes[..<head.size].suffix(4).elementsEqual("\r\n\r\n".utf8))
        }
    }

    @Test func `what is refused stays refused, whatever follows it`() {
        for text in ["GET / HTTP/3\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n", "GET / HTTP/1.1\n", "\0"] {
            for rest in ["", "X", "X: y\r\n\r\n"] {
                #expect(throws: RequestHead.Malformed.self) { try head(text + rest) }
            }
        }
    }

    @Test(arguments: ["", "a", "a:80", "[::1]:8088", "xn--bcher-kva.example", "a_b.example", "A%20B"])
    func `a Host of HTTP/1.1 may be any host, and none`(_ host: String) throws {
        #expect(try head("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") != nil)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: é\r\n\r\n", "GET http://a/ HTTP/1.1\r\n\r\n",
        "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://u@a/x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET https://a/x HTTP/1.1\r\nHost: a\r\n\r\n", "GET http:/x HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    func `no Host, two of them, or one that is none are refused with 400`(_ text: String) {
        #expect {
            _ = try head(text)
        } throws: { error in
            (error as? RequestHead.Malformed)?.status == 400
        }
    }

    @Test func `HTTP/1.0 needs no Host`() throws {
        #expect(try head("GET / HTTP/1.0\r\n\r\n")?.path == "/")
    }

    @Test(arguments: [
        ("gzip", true), ("identity", false), ("IDENTITY", false), ("identity, br", true), ("", false), (" , ", false),
        ("x", true),
    ])
    func `a body has a coding unless that is identity`(_ value: String, _ hasCoding: Bool) throws {
        let head = try head("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: \(value)\r\n\r\n")
        #expect(head?.hasContentCoding == hasCoding)
    }

    @Test func `only a client of HTTP/1.1 that has a body waits for 100 Continue`() throws {
        let fields = "Host: a\r\nExpect: 100-Continue\r\nContent-Length:"
        #expect(try head("POST / HTTP/1.1\r\n\(fields) 1\r\n\r\n")?.expectsContinue == true)
        #expect(try head("POST / HTTP/1.1\r\n\(fields) 0\r\n\r\n")?.expectsContinue == false)
        #expect(try head("POST / HTTP/1.0\r\n\(fields) 1\r\n\r\n")?.expectsContinue == false)
    }

    @Test(arguments: [
        ("GET / HTTP/2.0\r\n\r\n", 505), ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417), ("GET /\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n", 400),
    ])
    func `a refusal has the status that says why`(_ text: String, _ status: Int) {
        #expect {
            _ = try head(text)
        } throws: { error in
            (error as? RequestHead.Malformed)?.status == status
        }
    }

    @Test(arguments: ["http://host?x=/run", "http://host?/run", "HTTP://host:1?a/b/run"])
    func `a query is no path, also where the target has no path`(_ target: String) throws {
        #expect(try head("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")?.path == "/")
    }

    @Test func `a head of exactly the largest size is read`() throws {
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let padding = String(repeating: "x", count: RequestHead.maximumSize - start.utf8.count - 4)
        #expect(try head(start + padding + "\r\n\r\n")?.size == RequestHead.maximumSize)
        #expect(throws: RequestHead.Malformed.self) { try head(start + padding + "x\r\n\r\n") }
    }

    @Test func `a body is announced by a length, by chunks, or not at all`() throws {
        #expect(try head("POST / HTTP/1.1\r\nHost: a\r\n\r\n")?.body == RequestHead.Body.none)
        #expect(try head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:0\r\n\r\n")?.body == .length(0))
        #expect(try head("POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: Chunked\r\n\r\n")?.body == .chunked)
        #expect(try head("POST / HTTP/1.1\r\nHost: a\r\nX-Access-Token:\r\n\r\n")?.headers["X-Access-Token"] == "")
    }
}
