/// The words of a shell that are no more than literals: POSIX, "Shell Command Language", section 2.2.
struct NaiveShell {
    /// Takes the word at the beginning, which a line feed, a space or the end of the text ends.
    ///
    /// - Returns: nil if the shell would do anything else with it than take it.
    static func takeWord(_ text: inout ArraySlice<UInt8>) -> [UInt8]? {
        var word: [UInt8] = []
        while let byte = text.first, byte != 0x0A, byte != 0x20 {
            text = text.dropFirst()
            switch byte {
            case UInt8(ascii: "'"):
                guard let end = text.firstIndex(of: UInt8(ascii: "'")) else { return nil }
                word += text[..<end]
                text = text[end...].dropFirst()
            case UInt8(ascii: "\\"):
                guard let escaped = text.popFirst(), escaped != 0x0A else { return nil }
                word.append(escaped)
            default:
                guard plain.contains(byte) else { return nil }
                word.append(byte)
            }
        }
        return word
    }

    /// Those that mean nothing to a shell, wherever they stand in a word that is not the first.
    private static let plain = Set("_-./,:=+@%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
}
