import Testing

@testable import HTTP

struct RouterTests {
    private struct Silent: Endpoint {
        func respond(to request: Request, _ responder: Responder) -> Answer { .now(Response(.bytes([]))) }
    }

    /// Routes below /closed want a field `Key`.
    private static func route(
        _ method: HTTP.Method, _ pattern: PathPattern, isClosed: Bool = false, upgrade: String? = nil
    ) -> Route {
        Route(
            method, pattern, givesWay: true, maximumBodySize: 100, upgrade: upgrade,
            admit: { head in
                isClosed && head.headers["key"] == nil ? Response(status: 401, .bytes([])) : nil
            }, Silent())
    }

    private let router = Router([
        route(.get, "/"), route(.post, "/closed", isClosed: true), route(.get, "/packages/{name}/{version}"),
        route(.delete, "/packages/{name}/{version}"), route(.get, "/packages/fixed/1"), route(.get, "/end/"),
        route(.get, "/talk", upgrade: "websocket"), route(.post, "/talk"),
        route(.get, "/{any}/both", upgrade: "websocket"), route(.get, "/two/both"),
    ]) { refusal in
        var response = Response(status: refusal.status, .bytes([]))
        for (name, value) in refusal.headers { response.headers.append(name, value) }
        return response
    }

    private func decide(_ method: String, _ path: String, _ fields: String...) throws -> Router.Decision {
        var reader = HeadReader()
        let lines = ["\(method) \(path) HTTP/1.1", "Host: a"] + fields + ["", ""]
        return router.decide(try #require(try reader.read(Array(lines.joined(separator: "\r\n").utf8).span)))
    }

    /// Nil if an endpoint gets the request.
    private func refusal(_ method: String, _ path: String, _ fields: String...) throws -> Response? {
        var reader = HeadReader()
        let lines = ["\(method) \(path) HTTP/1.1", "Host: a"] + fields + ["", ""]
        let head = try #require(try reader.read(Array(lines.joined(separator: "\r\n").utf8).span))
        if case .answer(let response) = router.decide(head).outcome { return response }
        return nil
    }

    @Test func `a path and a method lead to their endpoint`() throws {
        #expect(try refusal("GET", "/") == nil)
        #expect(try refusal("HEAD", "/") == nil)
        #expect(try refusal("POST", "/closed", "Key: x", "Content-Length: 100") == nil)
        #expect(try refusal("POST", "/closed", "Key: x", "Transfer-Encoding: chunked") == nil)
        #expect(try refusal("DELETE", "/packages/a/b") == nil)
        #expect(try refusal("GET", "/?a=b") == nil)
    }

    @Test(arguments: [
        "/closed/", "/clos%65d", "/Closed", "//", "/end", "/packages/a", "/packages/a/b/", "/packages//b", "*",
    ])
    func `a path that differs in a byte, and be it a slash at its end, is another path`(_ path: String) throws {
        #expect(try refusal("GET", path)?.status == 404)
    }

    @Test func `unknown methods get 405 with those that are known`() throws {
        #expect(try refusal("GET", "/closed")?.headers["allow"] == "POST")
        #expect(try refusal("BREW", "/")?.headers["allow"] == "GET, HEAD")
        #expect(try refusal("HEAD", "/closed", "Key: x")?.status == 405)
        #expect(try refusal("PUT", "/packages/a/b")?.headers["allow"] == "GET, HEAD, DELETE")
    }

    @Test func `a route of an upgrade is there for who asks for it, and for nobody else`() throws {
        #expect(try refusal("GET", "/talk", "Upgrade: websocket") == nil)
        #expect(try refusal("GET", "/talk", "Upgrade: h2c, WebSocket") == nil)
        #expect(try refusal("POST", "/talk", "Upgrade: websocket") == nil)
        for other in ["websockets", "websocket/13", "h2c", "\"websocket\""] {
            #expect(try refusal("GET", "/talk", "Upgrade: \(other)")?.status == 405)
        }
        for method in ["GET", "HEAD"] {
            let response = try refusal(method, "/talk")
            #expect(response?.status == 405)
            #expect(response?.headers["allow"] == "POST")
        }
        #expect(try refusal("HEAD", "/talk", "Upgrade: websocket")?.headers["allow"] == "POST")
        #expect(try refusal("PUT", "/talk", "Upgrade: websocket")?.headers["allow"] == "POST")
        #expect(try decide("GET", "/two/both", "Upgrade: websocket").pattern == "/{any}/both")
        #expect(try decide("GET", "/two/both").pattern == "/two/both")
        #expect(try refusal("GET", "/one/both")?.status == 404)
    }

    @Test func `to HTTP 1.0, an upgrade is not there`() throws {
        var reader = HeadReader()
        let text = "GET /talk HTTP/1.0\r\nUpgrade: websocket\r\n\r\n"
        guard case .answer(let response) = router.decide(try #require(try reader.read(Array(text.utf8).span))).outcome
        else {
            Issue.record("an endpoint gets it")
            return
        }
        #expect(response.status == 405)
    }

    @Test func `what a route requires comes before the length of the body, and that before its coding`() throws {
        #expect(try refusal("POST", "/closed", "Content-Length: 101", "Content-Encoding: br")?.status == 401)
        #expect(try refusal("POST", "/closed", "Key: x", "Content-Length: 101", "Content-Encoding: br")?.status == 413)
        let coding = try refusal("POST", "/closed", "Key: x", "Content-Length: 1", "Content-Encoding: br")
        #expect(coding?.status == 415)
        #expect(coding?.headers["accept-encoding"] == "identity")
    }

    @Test func `a path without such a method requires nothing, and neither does one that does not exist`() throws {
        #expect(try refusal("GET", "/closed", "Content-Length: 101")?.status == 405)
        #expect(try refusal("POST", "/nowhere", "Content-Length: 101")?.status == 404)
    }

    @Test func `a body that nobody asked for is let through, within the limit, whatever its coding`() throws {
        #expect(try refusal("GET", "/", "Content-Length: 100", "Content-Encoding: br") == nil)
        #expect(try refusal("HEAD", "/", "Transfer-Encoding: chunked") == nil)
        #expect(try refusal("GET", "/", "Content-Length: 101")?.status == 413)
    }

    @Test(arguments: [
        ("/packages/a/b", ["name": "a", "version": "b"]),
        ("/packages/a%2Fb/%e2%82%AC", ["name": "a/b", "version": "€"]),
        ("/packages/{name}/+", ["name": "{name}", "version": "+"]),
    ])
    func `parameters are percent-decoded once the path is cut into segments`(
        _ path: String, _ expected: [String: String]
    ) throws {
        guard case .endpoint(_, let parameters) = try decide("GET", path).outcome else {
            Issue.record("no endpoint")
            return
        }
        #expect(parameters == expected)
    }

    @Test(arguments: ["/packages/a/%", "/packages/a/%4", "/packages/a/%zz", "/packages/a/%ff", "/packages/%C3/b"])
    func `a parameter that is no text is not there`(_ path: String) throws {
        #expect(try refusal("GET", path)?.status == 404)
    }

    @Test func `requests are told apart by the pattern of their path, whatever becomes of them`() throws {
        #expect(try decide("GET", "/packages/a/b").pattern == "/packages/{name}/{version}")
        #expect(try decide("GET", "/packages/fixed/1").pattern == "/packages/{name}/{version}", "the first one counts")
        #expect(try decide("PUT", "/packages/a/b").pattern == "/packages/{name}/{version}")
        #expect(try decide("POST", "/closed").pattern == "/closed")
        #expect(try decide("GET", "/nowhere").pattern == nil)
    }

    @Test func `a path that only Unicode takes for the pattern is another one`() {
        #expect(PathPattern("/K;").match("/K;") != nil)
        #expect(PathPattern("/K;").match("/\u{212A};") == nil)
        #expect(PathPattern("/K;").match("/K\u{37E}") == nil)
    }
}
