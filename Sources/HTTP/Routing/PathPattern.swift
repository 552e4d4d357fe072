internal import Bytes

/// Which paths a route is for, such as `/packages/{name}`: segments between slashes, each of them text or, in braces, the name
/// of a parameter, which stands for one segment that is not empty.
///
/// Text is compared byte by byte with the path as it came. What stands for a parameter is percent-decoded, after the path was
/// cut into segments, so that `%2F` is part of a value. A slash at the end counts: `/run/` is not `/run`.
public struct PathPattern: Sendable, ExpressibleByStringLiteral {
    private enum Segment {
        case text([UInt8])
        case parameter(String)
    }

    public let text: String
    private let segments: [Segment]
    private let hasParameters: Bool

    public init(stringLiteral text: String) {
        self.init(text)
    }

    public init(_ text: String) {
        self.text = text
        segments = Self.segments(of: text).map { segment in
            guard segment.first == UInt8(ascii: "{"), segment.last == UInt8(ascii: "}") else {
                return .text(Array(segment))
            }
            return .parameter(String(decoding: segment.dropFirst().dropLast(), as: UTF8.self))
        }
        hasParameters = segments.contains { if case .parameter = $0 { true } else { false } }
    }

    /// - Returns: what stands for the parameters; nil if the path is another one, or the value of a parameter is no text in
    ///   UTF-8, percent-encoded.
    func match(_ path: String) -> [String: String]? {
        // Not `==`, for which two spellings of Unicode are the same.
        guard hasParameters else { return path.utf8.elementsEqual(text.utf8) ? [:] : nil }
        let parts = Self.segments(of: path)
        guard parts.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, parts) {
            switch segment {
            case .text(let text):
                guard part.elementsEqual(text) else { return nil }
            case .parameter(let name):
                guard let value = Self.decode(part), !value.isEmpty else { return nil }
                parameters[name] = value
            }
        }
        return parameters
    }

    private static func segments(of path: String) -> [Substring.UTF8View.SubSequence] {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }

    /// Percent-decoded (RFC 3986, section 2.1); nil if that is not possible.
    static func decode(_ text: some Sequence<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next()?.hexadecimalValue, let low = iterator.next()?.hexadecimalValue else {
                return nil
            }
            bytes.append(UInt8(high << 4 | low))
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
