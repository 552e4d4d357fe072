/// Keeps the head and the tail of a stream of bytes, and counts what it dropped between them.
struct BoundedOutput {
    private let limit: Int
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var total = 0

    /// - Parameter limit: bytes to keep, half of them from each end.
    init(limit: Int) {
        self.limit = limit
        // Memory that is not touched costs nothing, and what grew otherwise would be copied when there is the least of it.
        head.reserveCapacity(min(limit / 2, 8 << 20))
        tail.reserveCapacity(min(limit, 16 << 20))
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        // What follows the tail, or a gap, is no head.
        let forHead = bytes.prefix(total == head.count ? limit / 2 - head.count : 0)
        let forTail = bytes.dropFirst(forHead.count)
        total += bytes.count
        head += forHead
        // Cutting now and then, not each time, keeps the cost of a byte constant.
        if tail.count + forTail.count > limit { tail.removeFirst(max(0, tail.count - limit / 2)) }
        tail += forTail
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

    /// Bytes that all of it takes in JSON; nil if some is missing.
    var lengthInJSON: Int? { isWhole ? all.lengthInJSON : nil }

    /// All of it, or head and tail with a line that says how much was left out, so that it takes so many bytes in JSON.
    ///
    /// - Parameter room: at least ``OutputText/leastRoom``.
    func text(within room: Int) -> OutputText {
        if let length = lengthInJSON, length <= room { return all }
        return OutputText(total, head: head, tail: tail, within: room)
    }

    private var all: OutputText { OutputText(start: head[...], end: [tail[...]]) }
}
