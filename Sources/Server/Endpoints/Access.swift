internal import Bytes
internal import HTTP

/// What the routes of this server require.
struct Access: Sendable {
    let tokens: AccessTokens
    /// Bytes.
    let maxBodySize: Int

    /// The field that has the token, and the one that may have it instead. A request may have one of each: a proxy in front may
    /// look at another than we do.
    static let fields = ["X-Access-Token", "Authorization"]

    /// For everybody. The connection gives way when there are too many.
    func open(_ method: Method, _ pattern: PathPattern, _ endpoint: any Endpoint) -> Route {
        Route(method, pattern, givesWay: true, maximumBodySize: maxBodySize, endpoint)
    }

    /// For those who have a token. Who has one does not give way to those who may not.
    func withToken(_ method: Method, _ pattern: PathPattern, _ endpoint: any Endpoint) -> Route {
        Route(method, pattern, givesWay: false, maximumBodySize: maxBodySize, admit: refusal, endpoint)
    }

    /// Whether a request has a token.
    enum Standing {
        case good, wrong, missing
    }

    /// - Parameter takesBareToken: whether one may stand in `Authorization` without "Bearer".
    func standing(of head: RequestHead, takesBareToken: Bool = false) -> Standing {
        guard let token = Self.token(in: head.headers, takesBareToken) else { return .missing }
        return tokens.contains(token) ? .good : .wrong
    }

    func refusal(of head: RequestHead) -> Response? { standing(of: head) == .good ? nil : Self.unauthorized }

    /// For who has no token.
    static let unauthorized = {
        var response = Response.error(401, "access_token", "Missing or wrong access token")
        // RFC 9110, section 15.5.2.
        response.headers.append("WWW-Authenticate", "Bearer")
        return response
    }()

    /// Of a field of our own, or else as RFC 6750 has it (section 2.1). Where both are there, ours counts.
    private static func token(in headers: Headers, _ takesBareToken: Bool) -> [UInt8]? {
        if let token = headers.bytes(of: fields[0]).first { return token }
        guard let value = headers.bytes(of: fields[1]).first else { return nil }
        let scheme = "bearer ".utf8
        guard value.prefix(scheme.count).map(\.asciiLowercased).elementsEqual(scheme) else {
            return takesBareToken ? value : nil
        }
        return Array(value.dropFirst(scheme.count).trimmed)
    }
}
