/// Compares an output with the one that is expected, as it comes, and as judges do: white space at the end of a line and at
/// the end of all does not count.
struct ExpectedOutput {
    /// Without what does not count.
    private let expected: [UInt8]
    /// How much of it has come.
    private var position = 0
    private var isDifferent = false
    /// White space that has come and counts only if something else follows in the same line: lines, and what the last of them
    /// has begun with.
    private var lines = 0
    private var blanks = 0
    private var blanksAreExpected = true

    init(_ text: String) {
        var lines = text.utf8.split(separator: Self.newline, omittingEmptySubsequences: false).map(
            Self.withoutBlanksAtEnd)
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        expected = Array(lines.joined(separator: [Self.newline]))
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes where !isDifferent {
            if byte == Self.newline {
                (lines, blanks, blanksAreExpected) = (lines + 1, 0, true)
            } else if Self.isBlank(byte) {
                blanksAreExpected = blanksAreExpected && isExpected(byte, at: position + lines + blanks)
                blanks += 1
            } else {
                take(byte)
            }
        }
    }

    /// Whether all that was expected has come, and nothing else.
    var isMet: Bool { !isDifferent && position == expected.count }

    private mutating func take(_ byte: UInt8) {
        let next = position + lines + blanks
        isDifferent =
            !blanksAreExpected || !isExpected(byte, at: next)
            || !expected[position..<position + lines].allSatisfy { $0 == Self.newline }
        (position, lines, blanks) = (next + 1, 0, 0)
    }

    private func isExpected(_ byte: UInt8, at index: Int) -> Bool { index < expected.count && expected[index] == byte }

    private static func withoutBlanksAtEnd(_ line: Substring.UTF8View) -> Substring.UTF8View {
        line[..<(line.lastIndex { !isBlank($0) }.map { line.index(after: $0) } ?? line.startIndex)]
    }

    private static let newline = UInt8(ascii: "\n")

    /// Space, tab, vertical tab, form feed and carriage return.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || 0x0B...0x0D ~= byte }
}
