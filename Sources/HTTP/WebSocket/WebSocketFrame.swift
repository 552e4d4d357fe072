/// What a frame is (RFC 6455, section 5.2).
enum WebSocketOpcode: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
}

/// The frames that a server sends (RFC 6455, section 5): each is final, and not masked.
enum WebSocketFrame {
    /// Bytes of a control frame's payload, at most (section 5.5).
    static let maximumControlSize = 125

    static func text(_ text: some Collection<UInt8>) -> [UInt8] { frame(.text, text) }

    static func ping() -> [UInt8] { frame(.ping, []) }

    /// - Parameter payload: of the ping that it answers.
    static func pong(_ payload: [UInt8]) -> [UInt8] { frame(.pong, payload) }

    /// - Parameters:
    ///   - code: nil for none, which has no reason either.
    ///   - reason: cut to what a control frame can hold, where a character ends.
    static func close(_ code: WebSocketCloseCode?, _ reason: String = "") -> [UInt8] {
        guard let code else { return frame(.close, []) }
        let bigEndian = [UInt8(code.rawValue >> 8), UInt8(truncatingIfNeeded: code.rawValue)]
        return frame(.close, bigEndian + prefix(of: Array(reason.utf8), maximumControlSize - bigEndian.count))
    }

    /// As many whole characters as fit.
    private static func prefix(of text: [UInt8], _ maximumSize: Int) -> ArraySlice<UInt8> {
        guard text.count > maximumSize else { return text[...] }
        var end = maximumSize
        // A byte 10xxxxxx goes on with a character (RFC 3629, section 3).
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return text[..<end]
    }

    private static func frame(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        let count = payload.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 10)
        bytes.append(0x80 | opcode.rawValue)
        switch count {
        case ..<126: bytes.append(UInt8(count))
        case ...0xFFFF:
            bytes.append(126)
            appendBigEndian(count, bits: 16, to: &bytes)
        default:
            bytes.append(127)
            appendBigEndian(count, bits: 64, to: &bytes)
        }
        bytes += payload
        return bytes
    }

    private static func appendBigEndian(_ number: Int, bits: Int, to bytes: inout [UInt8]) {
        for shift in stride(from: bits - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
