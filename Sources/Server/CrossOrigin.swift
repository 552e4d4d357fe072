internal import HTTP

/// Which pages of other servers a browser lets ask, and read what is answered (Fetch Standard, section 3.3, "CORS protocol").
struct CrossOrigin: Sendable {
    /// As browsers write them, `https://example.org`; `*` is any.
    let origins: [String]

    private static let any = "*"

    /// The answer to a browser that asks whether a page may send a request. It needs no token: browsers send none with it.
    func preflight(_ head: RequestHead) -> Response? {
        guard head.method == .options, allowedOrigin(head) != nil,
            head.headers["Access-Control-Request-Method"] != nil
        else { return nil }
        var response = Response(status: 204, .bytes([]))
        response.headers.append("Access-Control-Allow-Methods", "GET, HEAD, POST")
        response.headers.append(
            "Access-Control-Allow-Headers",
            "X-Access-Token, Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Method, Mcp-Name")
        response.headers.append("Access-Control-Max-Age", "600")
        return response
    }

    /// Says in an answer, be it an error, that the page may read it.
    func complete(_ response: inout Response, _ head: RequestHead) {
        guard let origin = allowedOrigin(head) else { return }
        response.headers.append("Access-Control-Allow-Origin", origin)
        if !origin.utf8.elementsEqual(Self.any.utf8) { response.headers.append("Vary", "Origin") }
        response.headers.append("Access-Control-Expose-Headers", "X-Request-Id, Server-Timing, Retry-After")
    }

    /// As the operator has written it: what a client says is compared and not repeated.
    private func allowedOrigin(_ head: RequestHead) -> String? {
        guard !origins.isEmpty, let origin = head.headers.bytes(of: "Origin").first else { return nil }
        return origins.first { $0.utf8.elementsEqual(Self.any.utf8) }
            ?? origins.first { $0.utf8.elementsEqual(origin) }
    }
}
