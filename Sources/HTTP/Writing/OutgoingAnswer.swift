/// An answer that is being written.
struct OutgoingAnswer {
    var body: OutgoingBody
    /// The connection ends with it.
    let closes: Bool
    /// The answer, if the observer is to be told of it at its end, because its body comes in pieces.
    let unreported: Response?
}

/// What of an answer's body has still to be written, and in which framing (RFC 9112, section 7).
struct OutgoingBody {
    private enum Source {
        case bytes(ArraySlice<UInt8>)
        case stream(BodyStream, isChunked: Bool)
        case ended
    }

    enum Portion {
        case bytes(ArraySlice<UInt8>)
        /// The rest is still to come.
        case none
        /// There is no rest.
        case end
    }

    private var source: Source
    /// Bytes of a stream that were handed out, without the framing.
    private(set) var sent = 0

    /// Bytes that are written at once: they are copied, and the next ones have to wait until these are with the kernel.
    static let portion = 64 << 10

    /// - Parameter isWanted: false for HEAD, whose answer ends with the head.
    init(_ body: Response.Body, isWanted: Bool, isChunked: Bool) {
        switch body {
        case .bytes(let bytes): source = .bytes(isWanted ? bytes : [])
        case .stream(let stream) where isWanted: source = .stream(stream, isChunked: isChunked)
        case .stream(let stream):
            stream.abandon()
            source = .ended
        case .tunnel(let tunnel): source = .stream(tunnel.output, isChunked: false)
        }
    }

    /// Bytes that wait here.
    var count: Int {
        switch source {
        case .bytes(let bytes): bytes.count
        case .stream(let stream, _): stream.count
        case .ended: 0
        }
    }

    mutating func next() -> Portion {
        switch source {
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return .end }
            source = .bytes(bytes.dropFirst(Self.portion))
            return .bytes(bytes.prefix(Self.portion))
        case .stream(let stream, let isChunked):
            let (bytes, isLast) = stream.take(Self.portion)
            sent += bytes.count
            if isLast { source = .ended }
            guard !bytes.isEmpty || isLast else { return .none }
            guard isChunked else { return bytes.isEmpty ? .end : .bytes(bytes[...]) }
            return .bytes(Self.chunk(bytes, isLast: isLast)[...])
        case .ended:
            return .end
        }
    }

    private static func chunk(_ content: [UInt8], isLast: Bool) -> [UInt8] {
        var chunk: [UInt8] = []
        chunk.reserveCapacity(content.count + 24)
        if !content.isEmpty {
            chunk += "\(String(content.count, radix: 16))\r\n".utf8
            chunk += content
            chunk += "\r\n".utf8
        }
        if isLast { chunk += "0\r\n\r\n".utf8 }
        return chunk
    }

    /// Nothing more is written. What is left of an answer keeps all of its memory, however little it is.
    mutating func abandon() {
        switch source {
        case .bytes(let bytes): Disposal.dispose(bytes, bytes: bytes.endIndex)
        case .stream(let stream, _): stream.abandon()
        case .ended: break
        }
        source = .ended
    }
}
