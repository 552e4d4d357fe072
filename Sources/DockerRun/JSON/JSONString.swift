internal import Bytes

extension ArraySlice<UInt8> {
    /// Whether a string that the scanner has accepted, with its quotes, says this word of letters and hyphens, with escapes or
    /// without. It gives up at the first difference: a body may have a hundred thousand names.
    package func isJSONString(_ word: String) -> Bool {
        var rest = dropFirst().dropLast()
        for wanted in word.utf8 {
            guard let byte = rest.popFirst() else { return false }
            var code = Int(byte)
            if byte == UInt8(ascii: "\\") {
                guard rest.popFirst() == UInt8(ascii: "u") else { return false }
                code = rest.prefix(4).reduce(0) { $0 << 4 | ($1.hexadecimalValue ?? 0) }
                rest = rest.dropFirst(4)
            }
            guard code == Int(wanted) else { return false }
        }
        return rest.isEmpty
    }
}
