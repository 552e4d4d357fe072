internal import HTTP

extension Response {
    /// What a client is told whose request no endpoint gets.
    init(_ refusal: Refusal) {
        let (code, message) = Self.explain(refusal)
        self = .error(refusal.status, code, message)
        for (name, value) in refusal.headers { headers.append(name, value) }
    }

    private static func explain(_ refusal: Refusal) -> (code: String, message: String) {
        switch refusal {
        case .head(let malformed): ("request.head", malformed.reason)
        case .noSuchPath(let path): ("not_found", "There is no \(path) here")
        case .methodNotAllowed(let path, let allowed):
            ("method_not_allowed", "\(path) takes \(allowed.map(\.rawValue).joined(separator: ", "))")
        case .bodyTooLong(let limit):
            ("request.body.size", "The body is longer than \(limit) bytes (SERVER_MAX_BODY_SIZE)")
        case .contentCoding:
            (
                "request.content_encoding",
                "The body has a Content-Encoding; it is taken as it is, without one"
            )
        case .chunks: ("request.body", "The chunks of the body are malformed")
        case .headTimeout(let seconds): ("request.timeout", "The head did not arrive in \(Int(seconds)) s")
        case .bodyTimeout(let seconds):
            ("request.timeout", "Nothing of the body has arrived for \(Int(seconds)) s")
        }
    }
}
