/// What a client has sent.
enum WebSocketInput: Equatable, Sendable {
    /// A whole message, in UTF-8.
    case text([UInt8])
    case ping([UInt8])
    case pong
    /// Nothing comes after it.
    case close(WebSocketCloseCode?)
}

/// Why a client is not read on.
struct WebSocketFault: Error, Equatable {
    let code: WebSocketCloseCode
    let reason: String

    init(_ code: WebSocketCloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

/// Reads what the client of a WebSocket sends (RFC 6455, section 5), strictly, and looks at no byte again, however few come
/// at once. Where the bytes are cut makes no difference.
struct WebSocketReader: Sendable {
    /// Bytes of a message. Of one that is on its way, it holds for the frames whose heads are still to come.
    var maximumSize: Int

    /// What has come, of which the first bytes have been read.
    private var input: [UInt8] = []
    private var position = 0
    /// Of the frame whose payload comes; nil while its head does.
    private var frame: WebSocketFrameHead?
    private var headReader = WebSocketHeadReader()
    private var payloadCount = 0
    /// Of a message, what has come of it; nil if the next data frame begins one.
    private var message: [UInt8]?
    /// The payload of a control frame, which may come within a message.
    private var control: [UInt8] = []
    /// There is nothing more to be read, be it after a Close or a fault.
    private var isOver = false

    init(maximumSize: Int) {
        self.maximumSize = maximumSize
    }

    /// Takes what has come. It is kept until ``next()`` has said that there is no more in it.
    mutating func append(_ bytes: some Collection<UInt8>) {
        if !isOver { input += bytes }
    }

    /// - Returns: nil if more has to come first, or nothing will.
    /// - Throws: ``WebSocketFault`` as soon as a byte shows it, once.
    mutating func next() throws(WebSocketFault) -> WebSocketInput? {
        do throws(WebSocketFault) {
            while !isOver {
                guard let frame = try readHead(), takePayload(frame) else { break }
                if let item = try finish(frame) { return item }
            }
            letGo()
            return nil
        } catch {
            isOver = true
            letGo()
            throw error
        }
    }

    /// All that came has been read, or nothing of it is wanted. A client that sends nothing costs no memory.
    private mutating func letGo() {
        input = []
        position = 0
        if isOver { message = nil }
    }

    // MARK: Frames

    private mutating func readHead() throws(WebSocketFault) -> WebSocketFrameHead? {
        if let frame { return frame }
        while position < input.count {
            let byte = input[position]
            position += 1
            guard let head = try headReader.read(byte, maximumSize: maximumSize, message: message?.count) else {
                continue
            }
            headReader = WebSocketHeadReader()
            if !head.opcode.isControl { message = message ?? [] }
            frame = head
            payloadCount = 0
            return head
        }
        return nil
    }

    /// - Returns: whether all of the payload is there.
    private mutating func takePayload(_ frame: WebSocketFrameHead) -> Bool {
        let piece = input[position..<position + min(frame.length - payloadCount, input.count - position)]
        if frame.opcode.isControl {
            Self.unmask(piece, frame.mask, from: payloadCount, into: &control)
        } else {
            // Taken out, for there would be two of it.
            var message = message ?? []
            self.message = nil
            grow(&message, by: piece.count)
            Self.unmask(piece, frame.mask, from: payloadCount, into: &message)
            self.message = message
        }
        position = piece.endIndex
        payloadCount += piece.count
        return payloadCount == frame.length
    }

    /// Section 5.3.
    ///
    /// - Parameter offset: of the piece within the frame's payload.
    private static func unmask(
        _ piece: ArraySlice<UInt8>, _ mask: [UInt8], from offset: Int, into payload: inout [UInt8]
    ) {
        for (index, byte) in piece.enumerated() { payload.append(byte ^ mask[(offset + index) & 3]) }
    }

    /// Makes room, not for more than a message may have: an array by itself would take up to twice of that.
    private func grow(_ message: inout [UInt8], by count: Int) {
        let needed = message.count + count
        guard needed > message.capacity else { return }
        message.reserveCapacity(max(needed, min(2 * message.capacity, maximumSize)))
    }

    // MARK: What they say

    /// - Returns: nil for a fragment that is not the last one.
    private mutating func finish(_ frame: WebSocketFrameHead) throws(WebSocketFault) -> WebSocketInput? {
        self.frame = nil
        guard frame.opcode.isControl else { return frame.isFinal ? try finishMessage() : nil }
        defer { control = [] }
        switch frame.opcode {
        case .ping: return .ping(control)
        case .pong: return .pong
        default: return try finishClose()
        }
    }

    private mutating func finishMessage() throws(WebSocketFault) -> WebSocketInput? {
        let text = message ?? []
        message = nil
        guard Self.isText(text.span) else { throw WebSocketFault(.invalidPayload, "The text is not UTF-8") }
        return .text(text)
    }

    /// Section 5.5.1: nothing, or a code in two bytes and a text.
    private mutating func finishClose() throws(WebSocketFault) -> WebSocketInput? {
        isOver = true
        guard !control.isEmpty else { return .close(nil) }
        guard control.count >= 2 else { throw WebSocketFault(.protocolError, "A Close has half a code") }
        let code = WebSocketCloseCode(rawValue: UInt16(control[0]) << 8 | UInt16(control[1]))
        guard code.isSendable else {
            throw WebSocketFault(.protocolError, "A Close has code \(code.rawValue), which is not to be sent")
        }
        guard Self.isText(control.span.extracting(2...)) else {
            throw WebSocketFault(.invalidPayload, "The reason of a Close is not UTF-8")
        }
        return .close(code)
    }

    private static func isText(_ bytes: Span<UInt8>) -> Bool { (try? UTF8Span(validating: bytes)) != nil }
}
