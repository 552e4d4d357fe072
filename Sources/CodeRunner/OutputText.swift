/// What is shown of an output: both ends of it, and between them a line that says how much was left out, if any was. What is
/// no UTF-8 is replaced by U+FFFD.
struct OutputText {
    private let start: ArraySlice<UInt8>
    private let dropped: Int
    /// One after the other.
    private let end: [ArraySlice<UInt8>]

    init(start: ArraySlice<UInt8> = [], dropped: Int = 0, end: [ArraySlice<UInt8>] = []) {
        (self.start, self.dropped, self.end) = (start, dropped, end)
    }

    /// The head and the tail of an output of so many bytes, where they meet unless something is missing, cut down until they
    /// take so many bytes in JSON.
    ///
    /// - Parameter room: at least ``leastRoom``.
    init(_ total: Int, head: [UInt8], tail: [UInt8], within room: Int) {
        let half = (room - Self.leastRoom) / 2
        let start = Self.fitting(half) { [Self.withoutHalfAtEnd(head.prefix($0))] }
        let meet = head.count + tail.count == total
        let end = Self.fitting(half) { count in
            guard meet, count > tail.count else { return [Self.withoutHalfAtStart(tail.suffix(count))] }
            return [Self.withoutHalfAtStart(head.suffix(count - tail.count)), tail[...]]
        }
        let shown = (start + end).map(\.count).reduce(0, +)
        self.init(start: start[0], dropped: total - shown, end: end)
    }

    var isCut: Bool { dropped > 0 }

    /// Some kilobytes at a time, because memory may be short at the end of a run.
    func forEachPart(_ body: (String) -> Void) {
        // Half a character, which the next bytes may complete.
        var half: ArraySlice<UInt8> = []
        func add(_ bytes: ArraySlice<UInt8>) {
            var rest = bytes
            while !rest.isEmpty {
                let part = half + rest.prefix(16384)
                rest = rest.dropFirst(16384)
                let whole = Self.withoutHalfAtEnd(part)
                body(String(decoding: whole, as: UTF8.self))
                half = part[whole.endIndex...]
            }
        }
        func finish() {
            if !half.isEmpty { body(String(decoding: half, as: UTF8.self)) }
            half = []
        }
        add(start)
        if dropped > 0 {
            finish()
            body(Self.marker(dropped))
        }
        for bytes in end { add(bytes) }
        finish()
    }

    /// What it takes in JSON.
    var lengthInJSON: Int {
        var length = 0
        forEachPart { length += JSONText.length(ofString: $0) }
        return length
    }

    /// What the longest line takes that says how much was left out.
    static let leastRoom = JSONText.length(ofString: marker(.max))

    private static func marker(_ dropped: Int) -> String { "\n[… \(dropped) bytes left out …]\n" }

    /// Asks for fewer and fewer bytes, until what comes takes so many in JSON, where no byte becomes shorter.
    private static func fitting(_ room: Int, _ part: (Int) -> [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
        var count = room
        while true {
            let part = part(count)
            let length = OutputText(end: part).lengthInJSON
            if length <= room { return part }
            count = part.map(\.count).reduce(0, +) * room / length
        }
    }

    private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    private static func withoutHalfAtStart(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.dropFirst(min(3, bytes.prefix(while: continues).count))
    }

    static func withoutHalfAtEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let lead = bytes.suffix(4).lastIndex(where: { !continues($0) }), bytes[lead] >= 0xC0 else { return bytes }
        let length = bytes[lead] >= 0xF0 ? 4 : bytes[lead] >= 0xE0 ? 3 : 2
        return bytes.endIndex - lead < length ? bytes[..<lead] : bytes
    }
}
