/// Finds where objects in JSON end that come one behind the other, in pieces. It trusts that they are in order: what reads them
/// afterwards does not.
struct ObjectReader {
    private var object: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// - Returns: those that are whole with these bytes.
    mutating func read(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var objects: [[UInt8]] = []
        for byte in bytes {
            object.append(byte)
            guard isEnd(byte) else { continue }
            objects.append(object)
            object = []
        }
        return objects
    }

    private mutating func isEnd(_ byte: UInt8) -> Bool {
        if isInString {
            isInString = isEscaped || byte != UInt8(ascii: "\"")
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}"):
            depth -= 1
            return depth <= 0
        default: break
        }
        return false
    }
}
