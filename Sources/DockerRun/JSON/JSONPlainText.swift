extension Span<UInt8> {
    /// Skips the bytes of a JSON string that need no look at their neighbours, eight at a time: printable ASCII without the
    /// double quote and the backslash. Payloads are mostly source code in strings, so most bytes pass here.
    func endOfPlainText(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while index + 8 <= count {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            // The high bit of a byte is set where the byte is below 0x20, or zero after the exclusive or, or not ASCII.
            let special =
                ((word &- ones &* 0x20) & ~word) | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
                | word
            guard special & highs == 0 else { break }
            index += 8
        }
        while index < count, self[index].isPlainInJSON { index += 1 }
        return index
    }
}

extension UInt8 {
    var isWhitespaceInJSON: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    fileprivate var isPlainInJSON: Bool {
        self >= 0x20 && self < 0x80 && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }
}

/// Why a text is not JSON, and at which byte, counted from 0.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    public let offset: Int
    public let reason: String

    public var description: String { "\(reason) at byte \(offset)" }
}
