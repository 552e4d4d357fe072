/// Which requests an endpoint answers, and what it requires of them.
public struct Route: Sendable {
    let method: Method
    let pattern: PathPattern
    let givesWay: Bool
    let maximumBodySize: Int
    let streamsBody: Bool
    let upgrade: String?
    let admit: @Sendable (RequestHead) -> Response?
    let endpoint: any Endpoint

    /// - Parameters:
    ///   - method: HEAD goes where GET goes (RFC 9110, section 9.3.2).
    ///   - givesWay: where there are too many connections, one with such a request may be closed, except while its endpoint
    ///     has it. For requests that anybody may make.
    ///   - maximumBodySize: bytes.
    ///   - streamsBody: the endpoint gets the request as soon as its head is there, and the body as it comes: see
    ///     ``Request/Body``. If it answers before the body is whole, the connection ends with the answer, and cannot become a
    ///     tunnel.
    ///   - upgrade: the protocol of a tunnel. The route is there only for requests with just this method, not HEAD for GET, that
    ///     ask to go on in it (RFC 9110, section 7.8).
    ///   - admit: asked when the head is there and before the body is read. An answer keeps the request from the endpoint.
    public init(
        _ method: Method, _ pattern: PathPattern, givesWay: Bool, maximumBodySize: Int, streamsBody: Bool = false,
        upgrade: String? = nil, admit: @escaping @Sendable (RequestHead) -> Response? = { _ in nil },
        _ endpoint: any Endpoint
    ) {
        self.method = method
        self.pattern = pattern
        self.givesWay = givesWay
        self.maximumBodySize = maximumBodySize
        self.streamsBody = streamsBody
        self.upgrade = upgrade
        self.admit = admit
        self.endpoint = endpoint
    }

    /// Whether the route is there at all, as far as its path does not matter.
    func isThere(for head: RequestHead) -> Bool {
        guard let upgrade else { return true }
        return head.method == method && head.asksToUpgrade(to: upgrade)
    }

    /// A body that comes with GET has no meaning (RFC 9110, section 9.3.1): it is read and forgotten.
    var takesBody: Bool { method != .get }
}
