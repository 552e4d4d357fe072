internal import DockerRun

/// One line of the log while it is being written: a time, a level, a message and fields, for people or as JSON.
///
/// Whatever a value contains, and clients and containers choose some of them, it can neither end the line nor begin
/// another field.
struct LogLine {
    enum Value {
        case text(String)
        case number(Int)
        case milliseconds(Duration)
    }

    private(set) var bytes: [UInt8] = []
    private let format: LogSettings.Format

    init(_ format: LogSettings.Format, _ timestamp: [UInt8], _ level: String, _ message: String) {
        self.format = format
        bytes.reserveCapacity(320)
        switch format {
        case .text:
            bytes += timestamp
            bytes += " \(level) ".utf8
            bytes += message.utf8
        case .json:
            bytes += "{\"time\":\"".utf8
            bytes += timestamp
            bytes += "\",\"level\":\"\(level)\"".utf8
            append("message", .text(message))
        }
    }

    mutating func append(_ name: String, _ value: Value) {
        switch format {
        case .text:
            bytes.append(UInt8(ascii: " "))
            bytes += name.utf8
            bytes.append(UInt8(ascii: "="))
        case .json:
            bytes += ",\"".utf8
            bytes += name.utf8
            bytes += "\":".utf8
        }
        switch value {
        case .text(let text): append(text)
        case .number(let number): bytes += String(number).utf8
        case .milliseconds(let duration): bytes += duration.roundedMilliseconds.utf8
        }
    }

    mutating func end() {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ text: String) {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if isPlain && format == .text {
            bytes += text.utf8
        } else {
            bytes.append(UInt8(ascii: "\""))
            if isPlain { bytes += text.utf8 } else { for scalar in text.unicodeScalars { append(escaping: scalar) } }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// As JSON does it (RFC 8259, section 7), and the control characters beyond ASCII too.
    private mutating func append(escaping scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes += "\\\"".utf8
        case "\\": bytes += "\\\\".utf8
        case "\n": bytes += "\\n".utf8
        case "\r": bytes += "\\r".utf8
        case "\t": bytes += "\\t".utf8
        case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
            let digits = String(scalar.value, radix: 16)
            bytes += "\\u".utf8
            bytes += String(repeating: "0", count: 4 - digits.utf8.count).utf8
            bytes += digits.utf8
        default: bytes += UTF8.encode(scalar).map(Array.init) ?? []
        }
    }
}
