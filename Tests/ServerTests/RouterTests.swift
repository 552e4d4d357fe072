import DockerRun
import Foundation
import Testing

@testable import Server

struct RouterTests {
    private struct Silent: Endpoint {
        func respond(to request: HTTPRequest, _ responder: Responder) -> Answer {
            .now(HTTPResponse(status: 200, body: []))
        }
    }

    private let router: Router

    init() {
        var settings = ServerSettings()
        settings.accessTokens = ["secret"]
        router = Router(
            AccessTokens(settings), maxBodySize: 100,
            routes: [
                .init(method: .get, path: "/", requiresToken: false, endpoint: Silent()),
                .init(method: .post, path: "/run", requiresToken: true, endpoint: Silent()),
            ])
    }

    /// Nil if an endpoint gets the request.
    private func refusal(
        _ method: RequestHead.Method?, _ path: String, token: String? = nil, body: RequestHead.Body = .none
    ) -> HTTPResponse? {
        var head = RequestHead()
        head.method = method
        head.path = path
        head.accessToken = token.map { Array($0.utf8) }
        head.body = body
        if case .failure(let refusal) = router.route(head) { return refusal.response }
        return nil
    }

    @Test func `a path and a method lead to their endpoint`() {
        #expect(refusal(.get, "/") == nil)
        #expect(refusal(.head, "/") == nil)
        #expect(refusal(.post, "/run", token: "secret", body: .length(100)) == nil)
        #expect(refusal(.post, "/run", token: "secret", body: .chunked) == nil)
    }

    @Test func `unknown paths get 404, unknown methods 405 with those that are known`() {
        #expect(refusal(.get, "/runs")?.status == 404)
        #expect(refusal(.get, "/run/")?.status == 404)
        #expect(refusal(.get, "")?.status == 404)
        #expect(refusal(.get, "/run")?.headers.first { $0.name == "Allow" }?.value == "POST")
        #expect(refusal(nil, "/")?.headers.first { $0.name == "Allow" }?.value == "GET, HEAD")
    }

    @Test(arguments: [nil, "", "secre", "secret2", "Secret", "secreT", "xxxxxx", "terces", "secret\0"])
    func `a missing or wrong token gets 401`(_ token: String?) {
        #expect(refusal(.post, "/run", token: token)?.errorCode == "access_token")
    }

    @Test func `no token that differs in one bit gets in`() {
        let token = Array("secret".utf8)
        for place in token.indices {
            for bit in 0..<8 {
                var wrong = token
                wrong[place] ^= 1 << bit
                var head = RequestHead()
                head.method = .post
                head.path = "/run"
                head.accessToken = wrong
                #expect(throws: Router.Refusal.self) { try router.route(head).get() }
            }
        }
    }

    @Test func `the token comes before the length of the body, and that before the body`() {
        #expect(refusal(.post, "/run", token: "wrong", body: .length(101))?.status == 401)
        #expect(refusal(.post, "/run", token: "secret", body: .length(101))?.status == 413)
    }

    @Test func `a body that nobody asked for is let through, within the limit`() {
        #expect(refusal(.get, "/", body: .length(100)) == nil)
        #expect(refusal(.head, "/", body: .chunked) == nil)
        #expect(refusal(.get, "/", body: .length(101))?.status == 413)
    }

    @Test func `a body in a coding is refused with 415 where it counts, after the token`() {
        var head = RequestHead()
        head.method = .post
        head.path = "/run"
        head.hasContentCoding = true
        head.accessToken = Array("wrong".utf8)
        func status() -> Int? {
            if case .failure(let refusal) = router.route(head) { return refusal.response.status }
            return nil
        }
        #expect(status() == 401)
        head.accessToken = Array("secret".utf8)
        #expect(status() == 415)
        head.method = .get
        head.path = "/"
        #expect(status() == nil)
    }

    @Test func `HEAD leads nowhere where GET does not`() {
        #expect(refusal(.head, "/run", token: "secret")?.status == 405)
        #expect(refusal(.post, "/")?.status == 405)
    }

    @Test func `a path with no such method needs no token, and neither does one that does not exist`() {
        #expect(refusal(.get, "/run", body: .length(101))?.status == 405)
        #expect(refusal(.post, "/nowhere", body: .length(101))?.status == 404)
    }

    @Test(arguments: [
        (401, "access_token"), (413, "request.body.size"), (404, "not_found"), (405, "method_not_allowed"),
    ])
    func `a refusal is a JSON error with its code`(_ status: Int, _ code: String) throws {
        let refusals = [
            refusal(.post, "/run"), refusal(.post, "/run", token: "secret", body: .length(101)),
            refusal(.get, "/x\"\n"),
            refusal(.get, "/run"),
        ]
        let response = try #require(refusals.compactMap { $0 }.first { $0.status == status })
        #expect(response.contentType == "application/json")
        let object = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: String]
        #expect(object?["error"] == code)
        #expect(object?["message"]?.isEmpty == false)
    }
}
