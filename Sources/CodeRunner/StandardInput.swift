/// What a program is to read from its stdin and has not taken yet.
final class StandardInput {
    private(set) var waiting: ArraySlice<UInt8>
    /// Nothing more comes behind what waits.
    private(set) var isComplete: Bool
    private var isWanted = true

    init(_ bytes: [UInt8], isComplete: Bool = true) {
        waiting = bytes[...]
        self.isComplete = isComplete
    }

    func append(_ bytes: [UInt8]) {
        if !isComplete && isWanted { waiting += bytes }
    }

    func complete() { isComplete = true }

    /// What says so to whoever reads it, behind all else.
    func end(with bytes: [UInt8]) {
        if isWanted { waiting += bytes }
    }

    func remove(_ count: Int) { waiting = waiting.dropFirst(count) }

    /// Nobody reads it any more.
    func discard() {
        isWanted = false
        waiting = []
    }
}
