/// Decides who answers a request, from its head alone: an endpoint, or nobody and why. It is asked before the body is
/// read, so that a request which will be refused costs no more than its head.
public struct Router: Sendable {
    struct Decision {
        enum Outcome {
            case endpoint(Route, parameters: [String: String])
            /// No endpoint gets the request.
            case answer(Response)
        }

        /// Of a route that has the path, whatever its method.
        let pattern: String?
        let outcome: Outcome

        var givesWay: Bool { if case .endpoint(let route, _) = outcome { route.givesWay } else { true } }
    }

    private let routes: [Route]
    private let preflight: @Sendable (RequestHead) -> Response?
    /// Adds to each answer, be it an endpoint's or a refusal, what has to be in all.
    let complete: @Sendable (inout Response, RequestHead) -> Void
    /// The answer to a request that is for no endpoint.
    let response: @Sendable (Refusal) -> Response

    /// - Parameters:
    ///   - routes: of those that have the same path and method, the first one counts.
    ///   - preflight: asked before any route; an answer is for none of them.
    ///   - complete: adds to each answer, be it an endpoint's or a refusal, what has to be in all.
    ///   - response: what a client gets for a refusal, with the refusal's status and headers.
    public init(
        _ routes: [Route], preflight: @escaping @Sendable (RequestHead) -> Response? = { _ in nil },
        complete: @escaping @Sendable (inout Response, RequestHead) -> Void = { _, _ in },
        response: @escaping @Sendable (Refusal) -> Response
    ) {
        self.routes = routes
        self.preflight = preflight
        self.complete = complete
        self.response = response
    }

    func decide(_ head: RequestHead) -> Decision {
        if let answer = preflight(head) { return Decision(pattern: nil, outcome: .answer(answer)) }
        // HEAD is GET without the body (RFC 9110, section 9.3.2).
        let method = head.method == .head ? .get : head.method
        var pattern: String?
        var allowed: [Method] = []
        for route in routes where route.isThere(for: head) {
            guard let parameters = route.pattern.match(head.path) else { continue }
            guard route.method == method else {
                pattern = pattern ?? route.pattern.text
                allowed += route.method == .get ? [.get, .head] : [route.method]
                continue
            }
            return Decision(pattern: route.pattern.text, outcome: outcome(head, route, parameters))
        }
        let refusal: Refusal =
            allowed.isEmpty ? .noSuchPath(head.path) : .methodNotAllowed(head.path, allowed: allowed)
        return Decision(pattern: pattern, outcome: .answer(response(refusal)))
    }

    private func outcome(
        _ head: RequestHead, _ route: Route, _ parameters: [String: String]
    ) -> Decision.Outcome {
        if let answer = route.admit(head) { return .answer(answer) }
        if case .length(let length) = head.body, length > route.maximumBodySize {
            return .answer(response(.bodyTooLong(limit: route.maximumBodySize)))
        }
        if route.takesBody && head.hasContentCoding { return .answer(response(.contentCoding)) }
        return .endpoint(route, parameters: parameters)
    }
}
