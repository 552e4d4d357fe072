/// Decides who answers a request, from its head alone: an endpoint, or nobody and why. It is asked before the body is
/// read, so that a request which will be refused costs no more than its head.
struct Router: Sendable {
    struct Route: Sendable {
        let method: RequestHead.Method
        let path: String
        let requiresToken: Bool
        let endpoint: any Endpoint

        /// A body that comes with GET has no meaning (RFC 9110, section 9.3.1): it is read and forgotten.
        var takesBody: Bool { method == .post }
    }

    private let routes: [Route]
    private let accessTokens: AccessTokens
    private let maxBodySize: Int

    init(_ accessTokens: AccessTokens, maxBodySize: Int, routes: [Route]) {
        self.accessTokens = accessTokens
        self.maxBodySize = maxBodySize
        self.routes = routes
    }

    /// What a request counts as: the path of a route, or `other`.
    func label(of head: RequestHead?) -> String {
        routes.first { $0.path == head?.path }?.path ?? "other"
    }

    func route(_ head: RequestHead) -> Result<Route, Refusal> {
        let onPath = routes.filter { $0.path == head.path }
        guard !onPath.isEmpty else {
            return .failure(Refusal(.error(404, "not_found", "There is no \(head.path) here")))
        }
        // HEAD is GET without the body (RFC 9110, section 9.3.2).
        let method = head.method == .head ? .get : head.method
        guard let route = onPath.first(where: { $0.method == method }) else {
            return .failure(Refusal(methodNotAllowed(head, onPath)))
        }
        guard !route.requiresToken || accessTokens.contains(head.accessToken) else {
            return .failure(Refusal(.error(401, "access_token", "Missing or wrong access token")))
        }
        if case .length(let length) = head.body, length > maxBodySize { return .failure(Refusal(bodyTooLong)) }
        guard !route.takesBody || !head.hasContentCoding else { return .failure(Refusal(Self.contentCoding)) }
        return .success(route)
    }

    /// RFC 9110, section 15.5.16, has the answer say what would be taken.
    private static let contentCoding = {
        var response = HTTPResponse.error(
            415, "request.content_encoding", "The body has a Content-Encoding; it is taken as it is, without one")
        response.headers.append(("Accept-Encoding", "identity"))
        return response
    }()

    var bodyTooLong: HTTPResponse {
        .error(413, "request.body.size", "The body is longer than \(maxBodySize) bytes (SERVER_MAX_BODY_SIZE)")
    }

    private func methodNotAllowed(_ head: RequestHead, _ routes: [Route]) -> HTTPResponse {
        let allowed = routes.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
            .joined(separator: ", ")
        var response = HTTPResponse.error(405, "method_not_allowed", "\(head.path) takes \(allowed)")
        response.headers.append(("Allow", allowed))
        return response
    }

    /// The answer to a request that no endpoint gets.
    struct Refusal: Error {
        let response: HTTPResponse

        init(_ response: HTTPResponse) {
            self.response = response
        }
    }
}
