internal import Bytes

extension Span<UInt8> {
    /// A token as RFC 9110, section 5.6.2, defines it.
    var isToken: Bool {
        guard !isEmpty else { return false }
        for index in indices where !Self.isTokenCharacter[Int(self[index])] { return false }
        return true
    }

    private static let isTokenCharacter = table(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// Which bytes are among these.
    private static func table(_ characters: String) -> [Bool] {
        var table = [Bool](repeating: false, count: 256)
        for byte in characters.utf8 { table[Int(byte)] = true }
        return table
    }

    /// What is left without the spaces that may surround a field's value (RFC 9110, section 5.5). Tabs may do so too, but
    /// not all readers take them off: left in the value, they make it a wrong one.
    func trimmed(from start: Int) -> Range<Int> {
        var start = start
        var end = count
        while start < end, self[start] == 0x20 { start += 1 }
        while end > start, self[end - 1] == 0x20 { end -= 1 }
        return start..<end
    }

    /// Compares with a name in lower case, letter case aside.
    func equals(_ lowercased: StaticString) -> Bool {
        guard count == lowercased.utf8CodeUnitCount else { return false }
        for index in indices {
            let byte = self[index]
            let isUppercase = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            guard (isUppercase ? byte | 0x20 : byte) == lowercased.utf8Start[index] else { return false }
        }
        return true
    }

    /// Compares with a name, letter case aside.
    func equalsIgnoringCase(_ name: String) -> Bool {
        guard count == name.utf8.count else { return false }
        var index = 0
        for byte in name.utf8 {
            guard self[index].asciiLowercased == byte.asciiLowercased else { return false }
            index += 1
        }
        return true
    }

    /// Where the byte stands first, from an offset on; the end if it does not.
    func firstOffset(of byte: UInt8, from start: Int) -> Int {
        var index = start
        while index < count, self[index] != byte { index += 1 }
        return index
    }

    /// The elements of a list that commas separate (RFC 9110, section 5.6.1), without the spaces around them.
    var listElements: [Range<Int>] {
        var elements: [Range<Int>] = []
        var start = 0
        while start < count {
            let end = (start..<count).first { self[$0] == UInt8(ascii: ",") } ?? count
            let element = extracting(..<end).trimmed(from: start)
            if !element.isEmpty { elements.append(element) }
            start = end + 1
        }
        return elements
    }

    /// Whether this is `uri-host [":" port]` as far as characters tell (RFC 3986, section 3.2). It may be empty.
    var isHost: Bool {
        for index in indices where !Self.isHostCharacter[Int(self[index])] { return false }
        return true
    }

    private static let isHostCharacter = table(
        "!$&'()*+,;=-._~%:[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    var text: String {
        withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
