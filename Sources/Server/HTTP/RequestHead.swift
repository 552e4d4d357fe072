internal import DockerRun

/// The head of an HTTP/1.1 request (RFC 9112, sections 2 to 5), read strictly: whatever two implementations could read
/// differently is refused, because a proxy in front of this server may be the other one.
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
    /// The client wants the connection closed after the answer. evhttp sees that only where the field says nothing else.
    var closesConnection = false
    /// Bytes, the empty line included.
    var size = 0

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

    /// Reads the head at the beginning of `bytes`.
    ///
    /// - Returns: nil while it is not complete.
    /// - Throws: ``Malformed``, also before the head is complete, if it cannot become a good one.
    init?(_ bytes: Span<UInt8>) throws(Malformed) {
        var start = 0
        var hasRequestLine = false
        var minorVersion = 0
        while let end = try Self.endOfLine(bytes, from: start) {
            let line = bytes.extracting(start..<end)
            start = end + 2
            guard start <= Self.maximumSize else { throw Self.tooLong }
            if !hasRequestLine {
                minorVersion = try readRequestLine(line)
                hasRequestLine = true
            } else if line.isEmpty {
                if body == .chunked && minorVersion == 0 { throw Malformed("HTTP/1.0 has no Transfer-Encoding") }
                size = start
                return
            } else {
                try readField(line)
            }
        }
        guard bytes.count < Self.maximumSize else { throw Self.tooLong }
        return nil
    }

    private static let tooLong = Malformed("The head is longer than \(maximumSize) bytes", status: 431)

    /// The offset of the line's CR. A CR or LF that stands alone is refused (RFC 9112, section 2.2), as is NUL.
    private static func endOfLine(_ bytes: Span<UInt8>, from start: Int) throws(Malformed) -> Int? {
        for index in start..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\r"):
                guard index + 1 < bytes.count else { return nil }
                guard bytes[index + 1] == UInt8(ascii: "\n") else { throw Malformed("A CR without an LF in the head") }
                return index
            case UInt8(ascii: "\n"): throw Malformed("An LF without a CR in the head")
            case 0: throw Malformed("A NUL in the head")
            default: break
            }
        }
        return nil
    }

    // MARK: Request line

    /// - Returns: the minor version.
    private mutating func readRequestLine(_ line: Span<UInt8>) throws(Malformed) -> Int {
        let spaces = line.indices.filter { line[$0] == UInt8(ascii: " ") }
        guard spaces.count == 2, spaces[0] > 0, spaces[1] > spaces[0] + 1 else {
            throw Malformed("The request line is not \"METHOD TARGET HTTP/1.1\"")
        }
        guard line.extracting(..<spaces[0]).isToken else { throw Malformed("The method is not a word") }
        method = Method(rawValue: line.extracting(..<spaces[0]).text)
        path = try Self.path(of: line.extracting(spaces[0] + 1..<spaces[1]))
        switch line.extracting((spaces[1] + 1)...).text {
        case "HTTP/1.1": return 1
        case "HTTP/1.0": return 0
        default: throw Malformed("The version is neither HTTP/1.1 nor HTTP/1.0", status: 505)
        }
    }

    /// Of the origin form or the absolute form (RFC 9112, section 3.2).
    private static func path(of target: Span<UInt8>) throws(Malformed) -> String {
        for index in target.indices where target[index] <= 0x20 || target[index] >= 0x7F {
            throw Malformed("The target has a character that must be percent-encoded")
        }
        var bytes = target.indices.map { target[$0] }[...]
        if bytes.first != UInt8(ascii: "/") && !bytes.elementsEqual("*".utf8) {
            let scheme = "http://".utf8
            guard bytes.prefix(scheme.count).map(\.asciiLowercased).elementsEqual(scheme) else {
                throw Malformed("The target is not a path")
            }
            bytes = bytes.dropFirst(scheme.count).drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        }
        // An empty path is the root (RFC 9110, section 4.2.3).
        let path = bytes.prefix { $0 != UInt8(ascii: "?") }
        return path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
    }

    // MARK: Fields

    private mutating func readField(_ line: Span<UInt8>) throws(Malformed) {
        guard let colon = line.indices.first(where: { line[$0] == UInt8(ascii: ":") }) else {
            throw Malformed("A header field without a colon")
        }
        let name = line.extracting(..<colon)
        // This also refuses line folding, and white space before the colon (RFC 9112, sections 5.1 and 5.2).
        guard name.isToken else { throw Malformed("The name of a header field is not a word") }
        let value = line.extracting(line.trimmed(from: colon + 1))
        if name.equals("content-length") {
            guard body == .none else { throw Malformed("More than one Content-Length or Transfer-Encoding") }
            body = .length(try Self.length(value))
        } else if name.equals("transfer-encoding") {
            guard body == .none else { throw Malformed("More than one Content-Length or Transfer-Encoding") }
            guard value.equals("chunked") else { throw Malformed("The Transfer-Encoding is not chunked", status: 501) }
            body = .chunked
        } else if name.equals("x-access-token") {
            guard accessToken == nil else { throw Malformed("More than one X-Access-Token") }
            accessToken = value.indices.map { value[$0] }
        } else if name.equals("content-type") {
            contentType = value.text
        } else if name.equals("connection") {
            let options = value.indices.map { value[$0].asciiLowercased }.split(separator: UInt8(ascii: ","))
            closesConnection = closesConnection || options.contains { $0.trimmed.elementsEqual("close".utf8) }
        } else if name.equals("expect") {
            guard value.equals("100-continue") else { throw Malformed("The Expect is not 100-continue", status: 417) }
        }
    }

    private static func length(_ value: Span<UInt8>) throws(Malformed) -> Int {
        guard value.indices.allSatisfy({ (48...57).contains(value[$0]) }), let length = Int(value.text) else {
            throw Malformed("The Content-Length is not a number of bytes")
        }
        return length
    }
}
