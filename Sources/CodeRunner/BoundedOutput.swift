/// Keeps the head and the tail of a stream of bytes, and counts what it dropped between them.
struct BoundedOutput {
    private let limit: Int
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var total = 0

    /// - Parameter limit: bytes to keep, half of them from each end.
    init(limit: Int) {
        self.limit = max(2, limit)
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        total += bytes.count
        let forHead = bytes.prefix(max(0, limit / 2 - head.count))
        head += forHead
        tail += bytes.dropFirst(forHead.count)
        // Cutting now and then, not each time, keeps the cost of a byte constant.
        if tail.count > 2 * limit { tail.removeFirst(tail.count - limit / 2) }
    }

    /// The text, cut down to so many bytes if it is longer, with a line that says how much was left out. What is no UTF-8
    /// is replaced by U+FFFD.
    func text(limit: Int) -> String {
        let all = head.count + tail.count == total ? head + tail : nil
        if let all, all.count <= limit { return String(decoding: all, as: UTF8.self) }
        let half = min(limit, self.limit) / 2
        let start = Self.wholeCharacters(head.prefix(half), atEnd: true)
        let end = Self.wholeCharacters((all.map { $0[...] } ?? tail[...]).suffix(half), atEnd: false)
        let dropped = total - start.count - end.count
        return String(decoding: start, as: UTF8.self) + "\n[… \(dropped) bytes left out …]\n"
            + String(decoding: end, as: UTF8.self)
    }

    /// Without the part of a character that a cut has left at one end.
    private static func wholeCharacters(_ bytes: ArraySlice<UInt8>, atEnd: Bool) -> ArraySlice<UInt8> {
        let isTail: (UInt8) -> Bool = { $0 & 0xC0 == 0x80 }
        guard atEnd else { return bytes.dropFirst(min(3, bytes.prefix(while: isTail).count)) }
        guard let lead = bytes.suffix(4).lastIndex(where: { !isTail($0) }), bytes[lead] >= 0xC0 else { return bytes }
        let length = bytes[lead] >= 0xF0 ? 4 : bytes[lead] >= 0xE0 ? 3 : 2
        return bytes.endIndex - lead < length ? bytes[..<lead] : bytes
    }
}
