internal import Synchronization

/// A request's body, in the pieces in which it came. To put them together takes a time that the event loop does not have.
public final class RequestBody: Sendable {
    /// Bytes.
    public let count: Int
    private let pieces: Mutex<BodyPieces>

    init(_ pieces: BodyPieces) {
        count = pieces.count
        self.pieces = Mutex(pieces)
    }

    deinit { discard() }

    /// The whole body, once: it is empty afterwards. Not to be called on the event loop's thread.
    public func take() -> [UInt8] {
        var pieces = pieces.withLock { pieces in
            defer { pieces = BodyPieces() }
            return pieces
        }
        return pieces.joined()
    }

    /// Lets go of the bytes that nobody has taken.
    public func discard() {
        pieces.withLock { $0.discard() }
    }
}

/// Bytes that gather, a piece at a time, so that no growth has to move what is there already.
struct BodyPieces: Sendable {
    private var pieces: [[UInt8]] = []
    /// Bytes.
    private(set) var count = 0

    private static let largestPiece = 64 << 10
    private static let smallestPiece = 1 << 10

    /// - Parameter expected: how many bytes may come, these included, as far as is known.
    mutating func append(_ bytes: Span<UInt8>, expected: Int? = nil) {
        var rest = 0..<bytes.count
        while !rest.isEmpty {
            if pieces.last.map({ $0.count == $0.capacity }) ?? true { addPiece(expected ?? count) }
            let last = pieces.count - 1
            let taken = rest.prefix(pieces[last].capacity - pieces[last].count)
            bytes.extracting(taken).withUnsafeBufferPointer { pieces[last].append(contentsOf: $0) }
            rest = taken.upperBound..<rest.upperBound
            count += taken.count
        }
    }

    private mutating func addPiece(_ wanted: Int) {
        var piece: [UInt8] = []
        piece.reserveCapacity(min(max(wanted, Self.smallestPiece), Self.largestPiece))
        pieces.append(piece)
    }

    /// All of it. Each piece is let go as soon as it is copied, so that a large body is not there twice.
    mutating func joined() -> [UInt8] {
        defer { self = BodyPieces() }
        if pieces.count == 1 { return pieces[0] }
        var whole: [UInt8] = []
        whole.reserveCapacity(count)
        for index in pieces.indices {
            whole += pieces[index]
            pieces[index] = []
        }
        return whole
    }

    mutating func discard() {
        Disposal.dispose(pieces, bytes: count)
        self = BodyPieces()
    }
}
