@testable import HTTP

/// What the client of a WebSocket has sent (RFC 6455, section 5), read as a whole: its items, and the code of what is wrong.
struct NaiveWebSocket: Equatable {
    var items: [WebSocketInput] = []
    var fault: UInt16?

    init() {}

    init(_ bytes: [UInt8], maximumSize: Int) {
        var rest = bytes[...]
        var fragments: [UInt8]?
        while let (frame, problem) = Frame.first(&rest, after: fragments?.count, maximumSize) {
            fault = problem
            guard let frame else { return }
            switch frame.kind {
            case 8:
                close(frame.payload)
                return
            case 9: items.append(.ping(frame.payload))
            case 10: items.append(.pong)
            default:
                let text = (fragments ?? []) + frame.payload
                fragments = frame.isLast ? nil : text
                guard frame.isLast else { continue }
                fault = Self.isText(text[...]) ? nil : 1007
                guard fault == nil else { return }
                items.append(.text(text))
            }
        }
    }

    private mutating func close(_ payload: [UInt8]) {
        if payload.isEmpty { return items.append(.close(nil)) }
        let code = payload.count == 1 ? 0 : Int(payload[0]) * 256 + Int(payload[1])
        let codes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014] + Array(3000..<5000)
        guard codes.contains(code) else {
            fault = 1002
            return
        }
        guard Self.isText(payload[2...]) else {
            fault = 1007
            return
        }
        items.append(.close(WebSocketCloseCode(rawValue: UInt16(code))))
    }

    /// What decoding leaves as it was, as it puts U+FFFD for whatever is none.
    private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes)
    }

    private struct Frame {
        let isLast: Bool
        let kind: UInt8
        let payload: [UInt8]

        /// - Returns: the frame, or the code of what is wrong with it; nil if it is not whole.
        static func first(
            _ rest: inout ArraySlice<UInt8>, after begun: Int?, _ maximumSize: Int
        ) -> (frame: Frame?, problem: UInt16?)? {
            let bytes = Array(rest)
            guard bytes.count >= 1 else { return nil }
            let isLast = bytes[0] >= 128
            let kind = bytes[0] % 128
            // What is not one of these has a reserved bit or an unknown opcode.
            guard [0, 1, 2, 8, 9, 10].contains(kind), kind < 8 || isLast else { return (nil, 1002) }
            if kind < 8, (kind == 0) != (begun != nil) { return (nil, 1002) }
            if kind == 2 { return (nil, 1003) }

            guard bytes.count >= 2 else { return nil }
            let short = Int(bytes[1]) - 128
            guard short >= 0, kind < 8 || short <= 125 else { return (nil, 1002) }
            let start = short == 127 ? 10 : short == 126 ? 4 : 2
            guard bytes.count >= start else { return nil }
            var length = Double(short)
            if start > 2 { length = bytes[2..<start].reduce(0) { $0 * 256 + Double($1) } }
            if start == 4 && length < 126 || start == 10 && (length < 65536 || bytes[2] >= 128) { return (nil, 1002) }
            if kind < 8, length > Double(maximumSize - (begun ?? 0)) { return (nil, 1009) }

            let end = start + 4 + Int(length)
            guard bytes.count >= end else { return nil }
            let payload = (start + 4..<end).map { bytes[$0] ^ bytes[start + ($0 - start) % 4] }
            rest = rest.dropFirst(end)
            return (Frame(isLast: isLast, kind: kind, payload: payload), nil)
        }
    }
}
