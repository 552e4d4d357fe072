/// Keeps the head and the tail of a stream of bytes, and counts what it dropped between them.
struct BoundedOutput {
    private let limit: Int
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var total = 0

    /// - Parameter limit: bytes to keep, half of them from each end.
    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        // What follows the tail, or a gap, is no head.
        let forHead = bytes.prefix(total == head.count ? limit / 2 - head.count : 0)
        total += bytes.count
        head += forHead
        tail += bytes.dropFirst(forHead.count)
        // Cutting now and then, not each time, keeps the cost of a byte constant.
        if tail.count > 2 * limit { tail.removeFirst(tail.count - limit / 2) }
    }

    /// Adds what came later, of which the middle may be missing.
    mutating func append(_ later: BoundedOutput) {
        append(later.head[...])
        if !later.isWhole {
            tail = []
            total += later.total - later.head.count - later.tail.count
        }
        append(later.tail[...])
    }

    private var isWhole: Bool { head.count + tail.count == total }

    /// Bytes that all of it takes in JSON; nil if some is missing, or it is longer than what is to be kept.
    var lengthInJSON: Int? {
        isWhole && total <= limit ? JSONText.length(ofString: Self.repaired(head + tail)) : nil
    }

    /// The text, cut down until it takes so many bytes in JSON, with a line that says how much was left out. What is no
    /// UTF-8 is replaced by U+FFFD.
    ///
    /// - Parameter room: at least ``leastRoom``.
    func text(within room: Int) -> String {
        if let length = lengthInJSON, length <= room { return Self.repaired(head + tail) }
        let half = (room - Self.leastRoom) / 2
        let all = isWhole ? head + tail : nil
        let start = Self.fitting((all ?? head)[...], half, atEnd: true)
        let end = Self.fitting((all ?? tail)[...], half, atEnd: false)
        return Self.repaired(start) + Self.marker(total - start.count - end.count) + Self.repaired(end)
    }

    /// What the longest line takes that says how much was left out.
    static let leastRoom = JSONText.length(ofString: marker(.max))

    private static func marker(_ dropped: Int) -> String { "\n[… \(dropped) bytes left out …]\n" }

    private static func repaired(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// As much of one end, without half characters, as takes so many bytes in JSON, in which no byte becomes shorter.
    private static func fitting(_ bytes: ArraySlice<UInt8>, _ room: Int, atEnd: Bool) -> ArraySlice<UInt8> {
        var count = room
        while true {
            let part = wholeCharacters(atEnd ? bytes.prefix(count) : bytes.suffix(count), atEnd: atEnd)
            let length = JSONText.length(ofString: repaired(part))
            if length <= room { return part }
            count = part.count * room / length
        }
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
