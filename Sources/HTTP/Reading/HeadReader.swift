/// Reads a request's head as it arrives, and looks at no byte twice, however few come at once.
struct HeadReader {
    /// Names of fields of which there may be one, beside those for which HTTP says so.
    private let singular: [String]
    private var head = RequestHead()
    /// The offset of the first field; nil while there is no request line.
    private var fieldsStart: Int?
    /// The offset of the first line that is not complete.
    private var lineStart = 0
    /// The offset of the first byte that was not looked at.
    private var scanned = 0

    init(singular: [String] = []) {
        self.singular = singular
    }

    /// - Parameter bytes: the head from its beginning, as far as it is there, and perhaps what follows it.
    /// - Returns: nil while it is not complete.
    /// - Throws: ``RequestHead/Malformed``, also before the head is complete, if it cannot become a good one. There is
    ///   nothing to be read after that.
    mutating func read(_ bytes: Span<UInt8>) throws(RequestHead.Malformed) -> RequestHead? {
        while let end = try endOfLine(bytes) {
            let line = bytes.extracting(lineStart..<end)
            lineStart = end + 2
            scanned = lineStart
            guard lineStart <= RequestHead.maximumSize else { throw Self.tooLong }
            guard let fieldsStart else {
                try head.readRequestLine(line)
                fieldsStart = lineStart
                continue
            }
            guard line.isEmpty else {
                try head.readField(line)
                continue
            }
            head.size = lineStart
            try head.finish(bytes.extracting(fieldsStart..<lineStart - 2), singular: singular)
            return head
        }
        guard bytes.count < RequestHead.maximumSize else { throw Self.tooLong }
        return nil
    }

    private static let tooLong = RequestHead.Malformed(
        "The head is longer than \(RequestHead.maximumSize) bytes", status: 431)

    /// The offset of the line's CR. A CR or LF that stands alone is refused (RFC 9112, section 2.2), as is NUL.
    private mutating func endOfLine(_ bytes: Span<UInt8>) throws(RequestHead.Malformed) -> Int? {
        while scanned < bytes.count {
            switch bytes[scanned] {
            case UInt8(ascii: "\r"):
                guard scanned + 1 < bytes.count else { return nil }
                guard bytes[scanned + 1] == UInt8(ascii: "\n") else {
                    throw RequestHead.Malformed("A CR without an LF in the head")
                }
                return scanned
            case UInt8(ascii: "\n"): throw RequestHead.Malformed("An LF without a CR in the head")
            case 0: throw RequestHead.Malformed("A NUL in the head")
            default: scanned += 1
            }
        }
        return nil
    }
}
