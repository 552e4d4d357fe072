/// JSON as RFC 8259 has it, read from a whole text by recursive descent, with the scanner's three restrictions: an object,
/// nested 128 deep at most, in UTF-8.
struct NaiveJSON {
    struct Member: Equatable {
        var name: Range<Int>
        var value: Range<Int>
    }

    private struct Invalid: Error {}

    private let bytes: [UInt8]
    private var position = 0
    private(set) var object = 0..<0
    /// Of the outermost object.
    private(set) var members: [Member] = []

    /// Nil if it is not JSON.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        do throws(Invalid) {
            skipSpace()
            let start = position
            guard next == UInt8(ascii: "{") else { return nil }
            try readValue(depth: 1)
            object = start..<position
            skipSpace()
        } catch {
            return nil
        }
        guard position == bytes.count else { return nil }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let next, " \t\r\n".utf8.contains(next) { position += 1 }
    }

    private mutating func take(_ text: String) throws(Invalid) {
        guard bytes[position...].starts(with: text.utf8) else { throw Invalid() }
        position += text.utf8.count
    }

    private mutating func readValue(depth: Int) throws(Invalid) {
        switch next {
        case UInt8(ascii: "{"): try readMembers(depth: depth)
        case UInt8(ascii: "["): try readElements(depth: depth)
        case UInt8(ascii: "\""): try readString()
        case UInt8(ascii: "t"): try take("true")
        case UInt8(ascii: "f"): try take("false")
        case UInt8(ascii: "n"): try take("null")
        default: try readNumber()
        }
    }

    private mutating func readMembers(depth: Int) throws(Invalid) {
        try readList("{", "}", depth: depth) { (json) throws(Invalid) in
            let name = json.position
            try json.readString()
            let nameEnd = json.position
            json.skipSpace()
            try json.take(":")
            json.skipSpace()
            let value = json.position
            try json.readValue(depth: depth + 1)
            if depth == 1 { json.members.append(Member(name: name..<nameEnd, value: value..<json.position)) }
        }
    }

    private mutating func readElements(depth: Int) throws(Invalid) {
        try readList("[", "]", depth: depth) { (json) throws(Invalid) in try json.readValue(depth: depth + 1) }
    }

    private mutating func readList(
        _ open: String, _ close: String, depth: Int, _ readItem: (inout NaiveJSON) throws(Invalid) -> Void
    ) throws(Invalid) {
        guard depth <= 128 else { throw Invalid() }
        try take(open)
        skipSpace()
        if next == close.utf8.first { return try take(close) }
        while true {
            skipSpace()
            try readItem(&self)
            skipSpace()
            if next == close.utf8.first { return try take(close) }
            try take(",")
        }
    }

    private mutating func readString() throws(Invalid) {
        let start = position
        try take("\"")
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw Invalid() }
            position += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            guard let escape = next, "\"\\/bfnrtu".utf8.contains(escape) else { throw Invalid() }
            position += 1
            guard escape == UInt8(ascii: "u") else { continue }
            for _ in 0..<4 {
                guard let digit = next, "0123456789abcdefABCDEF".utf8.contains(digit) else { throw Invalid() }
                position += 1
            }
        }
        try take("\"")
        guard String(validating: bytes[start..<position], as: UTF8.self) != nil else { throw Invalid() }
    }

    private mutating func readNumber() throws(Invalid) {
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try readDigits() }
        if next == UInt8(ascii: ".") {
            position += 1
            try readDigits()
        }
        guard next == UInt8(ascii: "e") || next == UInt8(ascii: "E") else { return }
        position += 1
        if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
        try readDigits()
    }

    private mutating func readDigits() throws(Invalid) {
        let start = position
        while let next, (48...57).contains(next) { position += 1 }
        guard position > start else { throw Invalid() }
    }
}
