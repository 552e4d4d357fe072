/// The head of a frame of a client (RFC 6455, section 5.2).
struct WebSocketFrameHead: Sendable {
    let isFinal: Bool
    let opcode: WebSocketOpcode
    /// Bytes of the payload.
    let length: Int
    let mask: [UInt8]
}

/// Reads the head of a frame byte by byte, and refuses it at the first one that is wrong: of a frame that is too large,
/// no payload is waited for.
struct WebSocketHeadReader: Sendable {
    private var bytes: [UInt8] = []
    private var opcode = WebSocketOpcode.continuation
    private var length = 0

    /// - Parameters:
    ///   - maximumSize: bytes of a message.
    ///   - message: how many have come of the one that has begun; nil if none has.
    /// - Returns: nil while the head is not complete.
    mutating func read(
        _ byte: UInt8, maximumSize: Int, message: Int?
    ) throws(WebSocketFault) -> WebSocketFrameHead? {
        bytes.append(byte)
        if bytes.count == 1 { try readFirst(byte, isWithinMessage: message != nil) }
        if bytes.count == 2 { try readSecond(byte) }
        guard bytes.count >= 2 else { return nil }
        if bytes.count == lengthEnd { try readLength(maximumSize - (message ?? 0)) }
        guard bytes.count == lengthEnd + 4 else { return nil }
        return WebSocketFrameHead(
            isFinal: isFinal, opcode: opcode, length: length, mask: Array(bytes[lengthEnd...]))
    }

    private var isFinal: Bool { bytes[0] & 0x80 != 0 }
    private var shortLength: Int { Int(bytes[1] & 0x7F) }

    /// The offset of what follows the length.
    private var lengthEnd: Int {
        switch shortLength {
        case 126: 4
        case 127: 10
        default: 2
        }
    }

    private mutating func readFirst(_ byte: UInt8, isWithinMessage: Bool) throws(WebSocketFault) {
        guard byte & 0x70 == 0 else { throw Self.violation("A frame has a reserved bit, and there is no extension") }
        guard let opcode = WebSocketOpcode(rawValue: byte & 0x0F) else {
            throw Self.violation("A frame has opcode \(byte & 0x0F), which is unknown")
        }
        self.opcode = opcode
        if opcode.isControl {
            guard isFinal else { throw Self.violation("A control frame is a fragment") }
        } else {
            // Section 5.4: the fragments of two messages are not mixed.
            guard (opcode == .continuation) == isWithinMessage else {
                throw Self.violation(
                    isWithinMessage ? "A message begins within another one" : "A continuation of no message")
            }
        }
        guard opcode != .binary else { throw WebSocketFault(.unsupportedData, "A message is binary, not text") }
    }

    private func readSecond(_ byte: UInt8) throws(WebSocketFault) {
        // Section 5.1.
        guard byte & 0x80 != 0 else { throw Self.violation("A frame is not masked") }
        guard !opcode.isControl || shortLength <= WebSocketFrame.maximumControlSize else {
            throw Self.violation("A control frame is longer than \(WebSocketFrame.maximumControlSize) bytes")
        }
    }

    /// - Parameter room: bytes that the message may have in addition.
    private mutating func readLength(_ room: Int) throws(WebSocketFault) {
        let number = bytes[2...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch shortLength {
        case 126:
            guard number > 125 else { throw Self.tooManyBytes }
        case 127:
            guard number > 0xFFFF else { throw Self.tooManyBytes }
            guard number <= Int64.max else { throw Self.violation("A length has its first bit set") }
        default: break
        }
        length = shortLength < 126 ? shortLength : Int(number)
        guard opcode.isControl || length <= room else {
            throw WebSocketFault(.tooLarge, "A message is larger than it may be")
        }
    }

    private static let tooManyBytes = violation("A length is in more bytes than it needs")

    private static func violation(_ reason: String) -> WebSocketFault { WebSocketFault(.protocolError, reason) }
}
