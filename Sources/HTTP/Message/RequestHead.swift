/// The head of an HTTP/1.1 request (RFC 9112, sections 2 to 5), read strictly: whatever two implementations could read
/// differently is refused, because a proxy in front of this server may be the other one. See ``HeadReader``.
public struct RequestHead: Sendable, Equatable {
    /// Bytes.
    public static let maximumSize = 16 << 10

    public enum Body: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    /// Empty in a head that could not be read, as the path is.
    public internal(set) var method = Method(rawValue: "")
    /// Of the target, without the query; ASCII, as it came, percent-encoding included.
    public internal(set) var path = ""
    /// What follows the first question mark, as it came; nil if there is none.
    public internal(set) var query: String?
    public internal(set) var headers = Headers()
    public internal(set) var body = Body.none
    /// The client waits for "100 Continue" before it sends the body (RFC 9110, section 10.1.1).
    public internal(set) var expectsContinue = false
    /// HTTP/1.0 or HTTP/1.1.
    public internal(set) var minorVersion = 1
    /// Bytes, the empty line included.
    var size = 0

    private var hasHost = false
    private var asksToClose = false
    private var asksToKeep = false

    /// Why a head was refused; the description says what to send instead.
    public struct Malformed: Error, Equatable {
        public var status = 400
        public let reason: String

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

    /// The body comes in a coding other than identity (RFC 9110, section 8.4).
    public var hasContentCoding: Bool {
        headers.bytes(of: "content-encoding").contains { value in
            value.span.listElements.contains { !value.span.extracting($0).equals("identity") }
        }
    }

    /// Whether the client would go on in this protocol. To HTTP/1.0, Upgrade means nothing (RFC 9110, section 7.8).
    public func asksToUpgrade(to name: String) -> Bool {
        minorVersion > 0 && headers.list("upgrade", has: name)
    }

    // MARK: Request line

    mutating func readRequestLine(_ line: Span<UInt8>) throws(Malformed) {
        let spaces = line.indices.filter { line[$0] == UInt8(ascii: " ") }
        guard spaces.count == 2, spaces[0] > 0, spaces[1] > spaces[0] + 1 else {
            throw Malformed("The request line is not \"METHOD TARGET HTTP/1.1\"")
        }
        guard line.extracting(..<spaces[0]).isToken else { throw Malformed("The method is not a word") }
        method = Method(rawValue: line.extracting(..<spaces[0]).text)
        try readTarget(line.extracting(spaces[0] + 1..<spaces[1]))
        switch line.extracting((spaces[1] + 1)...).text {
        case "HTTP/1.1": minorVersion = 1
        case "HTTP/1.0": minorVersion = 0
        default: throw Malformed("The version is neither HTTP/1.1 nor HTTP/1.0", status: 505)
        }
    }

    /// Of the origin form or the absolute form, whose host counts for no more than that of the field: this server has one
    /// site only (RFC 9112, section 3.2).
    private mutating func readTarget(_ target: Span<UInt8>) throws(Malformed) {
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
        let end = target.firstOffset(of: UInt8(ascii: "?"), from: start)
        // An empty path is the root (RFC 9110, section 4.2.3).
        path = start == end ? "/" : target.extracting(start..<end).text
        if end < target.count { query = target.extracting((end + 1)...).text }
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
        } else if name.equals("expect") {
            guard value.equals("100-continue") else { throw Malformed("The Expect is not 100-continue", status: 417) }
            expectsContinue = true
        } else if name.equals("connection") {
            for range in value.listElements {
                let option = value.extracting(range)
                if option.equals("close") { asksToClose = true }
                if option.equals("keep-alive") { asksToKeep = true }
            }
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
    ///
    /// - Parameters:
    ///   - lines: of its fields, each of which has been read.
    ///   - singular: names of fields of which there may be one.
    mutating func finish(_ lines: Span<UInt8>, singular: [String]) throws(Malformed) {
        headers = Headers(lines: lines)
        for name in singular where headers.bytes(of: name).count > 1 { throw Malformed("More than one \(name)") }
        // Also where the target names the host (RFC 9112, section 3.2).
        guard hasHost || minorVersion == 0 else { throw Malformed("There is no Host") }
        guard body != .chunked || minorVersion == 1 else { throw Malformed("HTTP/1.0 has no Transfer-Encoding") }
        // A client of HTTP/1.0 knows no such answer (RFC 9110, section 10.1.1).
        expectsContinue = expectsContinue && minorVersion == 1 && hasBody
    }
}
