/// An answer to one request. The server adds what concerns the connection, `Date`, and `X-Request-Id`.
public struct Response: Sendable {
    public enum Body: Sendable {
        case bytes(ArraySlice<UInt8>)
        /// It comes in pieces, in a time of its own.
        case stream(BodyStream)
        /// The endpoint takes the connection over: no HTTP follows.
        case tunnel(Tunnel)
    }

    public var status: Int
    public var headers = Headers()
    public var body: Body
    /// What the ``Observer`` is told of it beside. Nothing of it is sent.
    public var context: (any Sendable)?

    public init(status: Int = 200, contentType: String? = nil, _ body: Body) {
        self.status = status
        self.body = body
        if let contentType { headers.append("Content-Type", contentType) }
    }

    /// RFC 9110, sections 15.2, 15.3.5 and 15.4.5: neither a body nor a length goes with these.
    var canHaveBody: Bool { status >= 200 && status != 204 && status != 304 }

    /// The names of RFC 9110, section 15, and of RFC 6585.
    static func reason(_ status: Int) -> String {
        switch status {
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Unknown"
        }
    }
}
