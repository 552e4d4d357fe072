/// What goes through `sh -c`.
enum Shell {
    /// A word that the shell takes as it is, whatever bytes the name has, and that no program takes for an option.
    static func quoted(_ name: String) -> String {
        let bytes = Array(name.utf8)
        let path = bytes.first == UInt8(ascii: "-") ? "./".utf8 + bytes : bytes
        guard path.isEmpty || !path.allSatisfy(isPlain) else { return String(decoding: path, as: UTF8.self) }
        let parts = path.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
        return String(decoding: Array("'".utf8) + parts.joined(separator: "'\\''".utf8) + "'".utf8, as: UTF8.self)
    }

    /// Whether these are words that the shell passes on as they are.
    static func isPlain(_ words: String.UTF8View.SubSequence) -> Bool {
        words.allSatisfy { $0 == UInt8(ascii: " ") || isPlain($0) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "_-./+,:@%".utf8.contains(byte)
        }
    }
}
