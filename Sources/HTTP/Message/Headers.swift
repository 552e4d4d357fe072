internal import Bytes

/// The header fields of a message, in the order in which they came or were appended. Names are compared without letter case.
public struct Headers: Sendable, Equatable {
    /// As they go over the wire (RFC 9112, section 5): each a name, a colon, a value and CR LF. So a head that has come is
    /// copied once and looked into only where somebody asks, and one that goes out is there already.
    private(set) var lines: [UInt8] = []

    public init() {}

    /// - Parameter lines: checked already: see ``HeadReader``.
    init(lines: Span<UInt8>) {
        self.lines = lines.withUnsafeBufferPointer(Array.init)
    }

    /// - Parameter value: what would end the line is written as a space (RFC 9110, section 5.5).
    public mutating func append(_ name: String, _ value: String) {
        lines += name.utf8
        lines += ": ".utf8
        for byte in value.utf8 { lines.append([0x00, 0x0A, 0x0D].contains(byte) ? 0x20 : byte) }
        lines += "\r\n".utf8
    }

    public mutating func append(_ others: Headers) { lines += others.lines }

    /// The value of a field; of several with this name, the last one's.
    public subscript(name: String) -> String? {
        bytes(of: name).last.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The values of all fields with this name, without the spaces around them.
    public func bytes(of name: String) -> [[UInt8]] {
        var values: [[UInt8]] = []
        let lines = lines.span
        var start = 0
        while start < lines.count {
            let end = lines.firstOffset(of: UInt8(ascii: "\r"), from: start)
            let line = lines.extracting(start..<end)
            let colon = line.firstOffset(of: UInt8(ascii: ":"), from: 0)
            if line.extracting(..<colon).equalsIgnoringCase(name) {
                let value = line.extracting(line.trimmed(from: colon + 1))
                values.append(value.withUnsafeBufferPointer(Array.init))
            }
            start = end + 2
        }
        return values
    }

    /// Whether `Accept` names this type, given in lower case (RFC 9110, section 12.5.1).
    public func accepts(_ type: String) -> Bool {
        bytes(of: "Accept").flatMap { $0.split(separator: UInt8(ascii: ",")) }.contains { range in
            range.prefix { $0 != UInt8(ascii: ";") }.trimmed.map(\.asciiLowercased).elementsEqual(type.utf8)
        }
    }

    /// Whether a field that is a list has such an element, letter case aside (RFC 9110, section 5.6.1).
    func list(_ name: String, has element: String) -> Bool {
        bytes(of: name).contains { value in
            value.span.listElements.contains { value.span.extracting($0).equalsIgnoringCase(element) }
        }
    }
}
