/// A frame of a client (RFC 6455, section 5.2), masked and of the shortest length, unless said otherwise.
func clientFrame(
    _ opcode: UInt8, _ payload: some Collection<UInt8>, isFinal: Bool = true,
    mask: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D],
    lengthBytes: Int? = nil
) -> [UInt8] {
    let count = payload.count
    let lengthBytes = lengthBytes ?? (count < 126 ? 0 : count <= 0xFFFF ? 2 : 8)
    let shortLength: UInt8 = lengthBytes == 0 ? UInt8(count) : lengthBytes == 2 ? 126 : 127
    var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode, (mask == nil ? 0 : 0x80) | shortLength]
    for index in (0..<lengthBytes).reversed() { frame.append(UInt8(truncatingIfNeeded: count >> (index * 8))) }
    guard let mask else { return frame + payload }
    frame += mask
    for (index, byte) in payload.enumerated() { frame.append(byte ^ mask[index % 4]) }
    return frame
}

func textFrame(_ text: String, isFinal: Bool = true) -> [UInt8] { clientFrame(1, text.utf8, isFinal: isFinal) }

func continuation(_ text: String, isFinal: Bool = true) -> [UInt8] { clientFrame(0, text.utf8, isFinal: isFinal) }

func pingFrame(_ text: String) -> [UInt8] { clientFrame(9, text.utf8) }

/// With the two bytes of a code, and a reason.
func closeFrame(_ code: UInt16, _ reason: String = "") -> [UInt8] {
    clientFrame(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
}
