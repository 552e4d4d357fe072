/// What goes through `sh -c`.
enum Shell {
    /// A word that the shell takes as it is, whatever characters the name has, and that no program takes for an option.
    static func quoted(_ name: String) -> String {
        let path = name.hasPrefix("-") ? "./" + name : name
        let isPlain = path.utf8.allSatisfy { byte in
            let character = Character(UnicodeScalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || "_-./+,:@%".contains(character))
        }
        guard !isPlain || path.isEmpty else { return path }
        return "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
