internal import Bytes

/// Follows the framing of a chunked body (RFC 9112, section 7.1) as its bytes arrive, strictly, and says what of them is
/// content. Chunk extensions are refused: nobody sends them, except to have two servers read them differently.
struct ChunkedBody {
    enum Violation: Error, Equatable {
        case malformed
        case tooLong
    }

    private enum State {
        case size, sizeEnd
        case data, dataEnd, dataLineEnd
        case trailer, trailerField, trailerFieldEnd, lastLineEnd
        case end
    }

    private let maximumLength: Int
    private var state = State.size
    private var length = 0
    private var chunk = 0
    private var digits = 0
    /// Bytes of trailers, which are of no use here.
    private var overhead = 0

    private static let maximumOverhead = 16 << 10

    init(maximumLength: Int) {
        self.maximumLength = maximumLength
    }

    /// Nothing of what follows belongs to the body.
    var isComplete: Bool { state == .end }

    /// Reads on to the next content, or to the end of the bytes or of the body.
    ///
    /// - Returns: which of the bytes are content, perhaps none; what comes after them is still to be read.
    /// - Throws: ``Violation`` at the first byte that breaks the framing or announces too much.
    mutating func next(_ bytes: Span<UInt8>, from start: Int) throws(Violation) -> Range<Int> {
        var index = start
        while index < bytes.count, state != .end {
            if state == .data {
                let taken = min(chunk, bytes.count - index)
                chunk -= taken
                if chunk == 0 { state = .dataEnd }
                return index..<index + taken
            }
            try consume(bytes[index])
            index += 1
        }
        return index..<index
    }

    private mutating func consume(_ byte: UInt8) throws(Violation) {
        switch (state, byte) {
        case (.size, UInt8(ascii: "\r")) where digits > 0: state = .sizeEnd

        case (.size, _): try addDigit(byte)

        case (.sizeEnd, UInt8(ascii: "\n")): try beginChunk()
        case (.dataEnd, UInt8(ascii: "\r")): state = .dataLineEnd
        case (.dataLineEnd, UInt8(ascii: "\n")): state = .size
        case (.trailer, UInt8(ascii: "\r")): state = .lastLineEnd
        case (.trailer, 0x21...0x7E):
            state = .trailerField
            try addOverhead()
        case (.trailerField, UInt8(ascii: "\r")): state = .trailerFieldEnd
        case (.trailerField, 0x20...0x7E), (.trailerField, 0x09), (.trailerField, 0x80...): try addOverhead()
        case (.trailerFieldEnd, UInt8(ascii: "\n")): state = .trailer
        case (.lastLineEnd, UInt8(ascii: "\n")): state = .end
        default: throw .malformed
        }
    }

    private mutating func addDigit(_ byte: UInt8) throws(Violation) {
        guard let digit = byte.hexadecimalValue else { throw .malformed }
        digits += 1
        guard digits <= 15 else { throw .tooLong }
        chunk = chunk << 4 | digit
    }

    private mutating func beginChunk() throws(Violation) {
        length += chunk
        guard length <= maximumLength else { throw .tooLong }
        state = chunk == 0 ? .trailer : .data
        digits = 0
    }

    private mutating func addOverhead() throws(Violation) {
        overhead += 1
        guard overhead <= Self.maximumOverhead else { throw .malformed }
    }
}
