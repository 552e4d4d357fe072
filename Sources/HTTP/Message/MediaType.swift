internal import Bytes

/// What a Content-Type says of a body, as far as it matters here (RFC 9110, section 8.3.1).
public struct MediaType {
    /// In lower case.
    private let name: [UInt8]
    /// In lower case, without quotes; nil if there is none.
    public let charset: String?

    public init(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { $0.trimmed.map(\.asciiLowercased) }
        name = parts[0]
        let mark = "charset=".utf8
        charset = parts.first { $0.starts(with: mark) }.map { parameter in
            let value = parameter.dropFirst(mark.count).filter { $0 != UInt8(ascii: "\"") }
            return String(decoding: value, as: UTF8.self)
        }
    }

    /// application/json, text/json, or a type with the suffix +json (RFC 6839).
    public var isJSON: Bool {
        ["application/json", "text/json"].contains { name.elementsEqual($0.utf8) } || name.ends(with: "+json")
    }

    /// Also where nothing is said: JSON is in UTF-8 (RFC 8259, section 8.1). ASCII is a part of it.
    public var isUTF8: Bool { charset.map { ["utf-8", "utf8", "us-ascii"].contains($0) } ?? true }
}
