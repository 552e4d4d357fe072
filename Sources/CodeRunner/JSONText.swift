/// An object in JSON, RFC 8259, that is passed on as it grows. What a string takes in it is known beforehand.
struct JSONText {
    private var bytes: [UInt8] = []
    private let sink: ([UInt8]) -> Void

    static func write(to sink: @escaping ([UInt8]) -> Void, _ addMembers: (inout JSONText) -> Void) {
        var text = JSONText(sink: sink)
        text.appendObject(addMembers)
        sink(text.bytes)
    }

    private init(sink: @escaping ([UInt8]) -> Void) {
        self.sink = sink
    }

    mutating func add(_ name: StaticString, _ value: Int) {
        begin(name)
        bytes += "\(value)".utf8
    }

    mutating func add(_ name: StaticString, _ value: OutputText) {
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        value.forEachPart { part in
            for byte in part.utf8 { appendEscaped(byte) }
            guard bytes.count > 65536 else { return }
            sink(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func add(_ name: StaticString, _ value: String) {
        add(name, OutputText(start: Array(value.utf8)[...]))
    }

    mutating func add(_ name: StaticString, _ value: Bool) {
        begin(name)
        bytes += "\(value)".utf8
    }

    /// An array of objects.
    mutating func add<Element>(
        _ name: StaticString, _ elements: [Element], _ addMembers: (inout JSONText, Element) -> Void
    ) {
        begin(name)
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendObject { addMembers(&$0, element) }
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func add(_ name: StaticString, _ addMembers: (inout JSONText) -> Void) {
        begin(name)
        appendObject(addMembers)
    }

    private mutating func appendObject(_ addMembers: (inout JSONText) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        addMembers(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func begin(_ name: StaticString) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        bytes += "\"\(name)\":".utf8
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        if let letter = Self.letter(of: byte) {
            bytes += [UInt8(ascii: "\\"), letter]
        } else if byte < 0x20 {
            bytes += byte < 0x10 ? "\\u000".utf8 : "\\u001".utf8
            bytes.append(byte & 0xF < 10 ? UInt8(ascii: "0") + byte & 0xF : UInt8(ascii: "a") + byte & 0xF - 10)
        } else {
            bytes.append(byte)
        }
    }

    /// Bytes between the quotation marks.
    static func length(ofString string: String) -> Int {
        string.utf8.reduce(0) { $0 + (letter(of: $1) != nil ? 2 : $1 < 0x20 ? 6 : 1) }
    }

    /// What follows the backslash for those that have a short escape.
    private static func letter(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }
}
