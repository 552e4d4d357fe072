/// Half of a surrogate pair in a JSON text, such as "\ud83d", which RFC 8259 allows (section 8.2) and JavaScript makes of
/// half an emoji. There is no such character, and JSONDecoder refuses all of the text.
enum LoneSurrogates {
    /// Makes U+FFFD of each, in place.
    static func replace(in json: inout [UInt8]) {
        var index = 0
        while let backslash = json[index...].firstIndex(of: UInt8(ascii: "\\")) {
            guard let first = unit(at: backslash, of: json) else {
                // The escape of one letter, which may be another backslash.
                index = min(backslash + 2, json.count)
                continue
            }
            index = backslash + 6
            guard 0xD800...0xDFFF ~= first else { continue }
            if first < 0xDC00, let second = unit(at: index, of: json), 0xDC00...0xDFFF ~= second {
                index += 6
            } else {
                json.replaceSubrange(backslash + 2..<backslash + 6, with: "fffd".utf8)
            }
        }
    }

    /// The value of an escape with four hexadecimal digits, if there is one.
    private static func unit(at index: Int, of json: [UInt8]) -> UInt16? {
        guard index + 6 <= json.count, json[index] == UInt8(ascii: "\\"), json[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt16(String(decoding: json[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
