/// The head of an HTTP/1.1 request (RFC 9112, sections 2 to 5), read strictly: whatever two implementations could read
/// differently is refused, because a proxy in front of this server may be the other one. See ``HeadReader``.
struct RequestHead: Sendable, Equatable {
    static let maximumSize = 16 << 10

    enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    enum Body: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    /// Nil for a method that no route knows.
    var method: Method?
    /// Of the target, without the query; ASCII.
    var path = ""
    var body = Body.none
    var accessToken: [UInt8]?
    var contentType: String?
    /// The body comes in a coding other than identity (RFC 9110, section 8.4).
    var hasContentCoding = false
    /// The client waits for "100 Continue" before it sends the body (RFC 9110, section 10.1.1).
    var expectsContinue = false
    /// HTTP/1.0 or HTTP/1.1.
    var minorVersion = 1
    /// Bytes, the empty line included.
    var size = 0

    private var hasHost = false
    private var asksToClose = false
    private var asksToKeep = false

    /// Why a head was refused; the description says what to send instead.
    struct Malformed: Error, Equatable {
        var status = 400
        let reason: String

        init(_ reason: String, status: Int = 400) {
            self.status = status
            self.reason = reason
        }
    }

    init() {}

    /// The connection ends with the answer (RFC 9112, section 9.3).
    var closesConnection: Bool { asksToClose || minorVersion == 0 && !asksToKeep }

    /// Whether bytes of a body follow.
    var hasBody: Bool { body != .none && body != .length(0) }

    // MARK: Request line

    mutating func readRequestLine(_ line: Span<UInt8>) throws(Malformed) {
        let spaces = line.indices.filter { line[$0] == UInt8(ascii: " ") }
        guard spaces.count == 2, spaces[0] > 0, spaces[1] > spaces[0] + 1 else {
            throw Malformed("The request line is not \"METHOD TARGET HTTP/1.1\"")
        }
        guard line.extracting(..<spaces[0]).isToken else { throw Malformed("The method is not a word") }
        method = Method(rawValue: line.extracting(..<spaces[0]).text)
        path = try Self.path(of: line.extracting(spaces[0] + 1..<spaces[1]))
        switch line.extracting((spaces[1] + 1)...).text {
        case "HTTP/1.1": minorVersion = 1
        case "HTTP/1.0": minorVersion = 0
        default: throw Malformed("The version is neither HTTP/1.1 nor HTTP/1.0", status: 505)
        }
    }

    /// Of the origin form or the absolute form, whose host counts for no more than that of the field: this server has one
    /// site only (RFC 9112, section 3.2).
    private static func path(of target: Span<UInt8>) throws(Malformed) -> String {
        for index in target.indices where target[index] <= 0x20 || target[index] >= 0x7F {
            throw Malformed("The target has a character that must be percent-encoded")
        }
        var start = 0
        if target[0] != UInt8(ascii: "/") && !target.equals("*") {
            let scheme = "http://".utf8.count
            guard target.count > scheme, target.extracting(..<scheme).equals("http://") else {
                throw Malformed("The target is not a path")
            }
            let ends = [UInt8(ascii: "/"), UInt8(ascii: "?")]
            start = (scheme..<target.count).first { ends.contains(target[$0]) } ?? target.count
            guard start > scheme, target.extracting(scheme..<start).isHost else {
                throw Malformed("The target has no host, or one that is none")
            }
        }
        // An empty path is the root (RFC 9110, section 4.2.3).
        let end = (start..<target.count).first { target[$0] == UInt8(ascii: "?") } ?? target.count
        return start == end ? "/" : target.extracting(start..<end).text
    }

    // MARK: Fields

    mutating func readField(_ line: Span<UInt8>) throws(Malformed) {
        guard let colon = line.indices.first(where: { line[$0] == UInt8(ascii: ":") }) else {
            throw Malformed("A header field without a colon")
        }
        let name = line.extracting(..<colon)
        // This also refuses line folding, and white space before the colon (RFC 9112, sections 5.1 and 5.2).
        guard name.isToken else { throw Malformed("The name of a header field is not a word") }
        let value = line.extracting(line.trimmed(from: colon + 1))
        if name.equals("host") {
            guard !hasHost else { throw Malformed("More than one Host") }
            guard value.isHost else { throw Malformed("The Host is none") }
            hasHost = true
        } else if name.equals("content-length") {
            guard body == .none else { throw Malformed("More than one Content-Length or Transfer-Encoding") }
            body = .length(try Self.length(value))
        } else if name.equals("transfer-encoding") {
            guard body == .none else { throw Malformed("More than one Content-Length or Transfer-Encoding") }
            guard value.equals("chunked") else { throw Malformed("The Transfer-Encoding is not chunked", status: 501) }
            body = .chunked
        } else if name.equals("x-access-token") {
            guard accessToken == nil else { throw Malformed("More than one X-Access-Token") }
            accessToken = value.indices.map { value[$0] }
        } else if name.equals("connection") {
            for range in value.listElements {
                let option = value.extracting(range)
                if option.equals("close") { asksToClose = true }
                if option.equals("keep-alive") { asksToKeep = true }
            }
        } else {
            try readFieldOfBody(name, value)
        }
    }

    private mutating func readFieldOfBody(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(Malformed) {
        if name.equals("content-type") {
            contentType = value.text
        } else if name.equals("content-encoding") {
            for range in value.listElements where !value.extracting(range).equals("identity") {
                hasContentCoding = true
            }
        } else if name.equals("expect") {
            guard value.equals("100-continue") else { throw Malformed("The Expect is not 100-continue", status: 417) }
            expectsContinue = true
        }
    }

    private static func length(_ value: Span<UInt8>) throws(Malformed) -> Int {
        guard value.indices.allSatisfy({ (48...57).contains(value[$0]) }), let length = Int(value.text) else {
            throw Malformed("The Content-Length is not a number of bytes")
        }
        return length
    }

    // MARK: The end

    /// Looks at what only the whole head shows.
    mutating func finish() throws(Malformed) {
        // Also where the target names the host (RFC 9112, section 3.2).
        guard hasHost || minorVersion == 0 else { throw Malformed("There is no Host") }
        guard body != .chunked || minorVersion == 1 else { throw Malformed("HTTP/1.0 has no Transfer-Encoding") }
        // A client of HTTP/1.0 knows no such answer (RFC 9110, section 10.1.1).
        expectsContinue = expectsContinue && minorVersion == 1 && hasBody
    }
}
