internal import FoundationEssentials

/// An answer to one request. The server adds what concerns the connection.
struct HTTPResponse: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var contentType = "application/json"
    var body: ArraySlice<UInt8>
    /// The stable code of an error, for the log.
    var errorCode: String?
    /// What else the log shall say.
    var logFields: [(String, LogLine.Value)] = []

    init(status: Int, body: ArraySlice<UInt8>) {
        self.status = status
        self.body = body
    }

    /// Pretty JSON, its names sorted.
    init(status: Int = 200, json value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            self.init(status: status, body: Array(try encoder.encode(value))[...])
        } catch {
            self.init(status: 500, body: [])
            errorCode = "response.encode"
        }
    }

    /// `{"error": code, "message": text}`.
    static func error(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
        struct ErrorBody: Encodable {
            let error: String
            let message: String
        }
        var response = HTTPResponse(status: status, json: ErrorBody(error: code, message: message))
        response.errorCode = code
        return response
    }

    /// The whole answer as it goes over the wire, for a connection that is closed after it (RFC 9112, section 4).
    func serialized(requestID: String, withBody: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.reason(status))\r\n"
        head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\nX-Request-Id: \(requestID)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        head += "Connection: close\r\n\r\n"
        return Array(head.utf8) + (withBody ? body : [])
    }

    static let shuttingDown = {
        var response = error(
            503, "server.shutting_down", "The server is shutting down; try another one, or again later")
        response.headers.append(("Retry-After", "1"))
        return response
    }()

    /// The names of RFC 9110, section 15, for the codes in use here.
    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Unknown"
        }
    }
}
