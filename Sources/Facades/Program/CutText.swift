/// What is shown of a text: all, or its head and its tail.
struct CutText {
    let text: String
    let isCut: Bool

    /// - Parameter limit: bytes, beside the word that says what is missing.
    init(_ whole: String, limit: Int) {
        let bytes = whole.utf8
        guard bytes.count > limit else {
            (text, isCut) = (whole, false)
            return
        }
        let head = bytes.prefix(limit / 2).dropLast(Self.danglingCount(bytes.prefix(limit / 2)))
        let tail = bytes.suffix(limit / 2).drop { $0 & 0xC0 == 0x80 }
        let missing = bytes.count - head.count - tail.count
        text = """
            \(String(decoding: head, as: UTF8.self))
            [… \(missing) bytes left out …]
            \(String(decoding: tail, as: UTF8.self))
            """
        isCut = true
    }

    /// Bytes at the end of a character that is not whole.
    private static func danglingCount(_ bytes: Substring.UTF8View.SubSequence) -> Int {
        let tails = bytes.reversed().prefix { $0 & 0xC0 == 0x80 }.count
        guard let lead = bytes.dropLast(tails).last, lead >= 0xC0 else { return 0 }
        let wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1
        return tails < wanted ? tails + 1 : 0
    }
}
