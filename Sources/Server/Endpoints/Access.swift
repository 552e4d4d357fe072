internal import HTTP

/// What the routes of this server require.
struct Access: Sendable {
    let tokens: AccessTokens
    /// Bytes.
    let maxBodySize: Int

    /// The field that has the token. A request may have one of them: a proxy in front may look at another than we do.
    static let field = "X-Access-Token"

    /// For everybody. The connection gives way when there are too many.
    func open(_ method: Method, _ pattern: PathPattern, _ endpoint: any Endpoint) -> Route {
        Route(method, pattern, givesWay: true, maximumBodySize: maxBodySize, endpoint)
    }

    /// For those who have a token. Who has one does not give way to those who may not.
    func withToken(_ method: Method, _ pattern: PathPattern, _ endpoint: any Endpoint) -> Route {
        Route(method, pattern, givesWay: false, maximumBodySize: maxBodySize, admit: refusal, endpoint)
    }

    func refusal(of head: RequestHead) -> Response? {
        guard !tokens.contains(head.headers.bytes(of: Self.field).first) else { return nil }
        return .error(401, "access_token", "Missing or wrong access token")
    }
}
