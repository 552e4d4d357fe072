/// Takes a request's body as it arrives (RFC 9112, section 6).
struct BodyReader {
    private enum Framing {
        case length(left: Int)
        case chunked(ChunkedBody)
    }

    private var framing: Framing
    private let keepsContent: Bool
    private var pieces = BodyPieces()

    /// - Parameters:
    ///   - maximumLength: of a body that comes in chunks; a length that was announced has been looked at.
    ///   - keepsContent: false for a body that nobody wants.
    init(_ body: RequestHead.Body, maximumLength: Int, keepsContent: Bool) {
        framing =
            switch body {
            case .none: .length(left: 0)
            case .length(let length): .length(left: length)
            case .chunked: .chunked(ChunkedBody(maximumLength: maximumLength))
            }
        self.keepsContent = keepsContent
    }

    var isComplete: Bool {
        switch framing {
        case .length(let left): left == 0
        case .chunked(let chunks): chunks.isComplete
        }
    }

    /// Hands over what has come of it.
    mutating func takeContent() -> RequestBody {
        defer { pieces = BodyPieces() }
        return RequestBody(pieces)
    }

    /// - Returns: how many of the bytes belong to the body; the rest is of the next request.
    mutating func read(_ bytes: Span<UInt8>) throws(ChunkedBody.Violation) -> Int {
        switch framing {
        case .length(let left):
            let taken = min(left, bytes.count)
            keep(bytes.extracting(..<taken), expected: left)
            framing = .length(left: left - taken)
            return taken
        case .chunked(var chunks):
            var position = 0
            while position < bytes.count, !chunks.isComplete {
                let range = try chunks.next(bytes, from: position)
                keep(bytes.extracting(range), expected: nil)
                position = range.upperBound
            }
            framing = .chunked(chunks)
            return position
        }
    }

    private mutating func keep(_ bytes: Span<UInt8>, expected: Int?) {
        if keepsContent { pieces.append(bytes, expected: expected) }
    }
}
