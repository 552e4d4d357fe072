/// SHA-1 (RFC 3174), for the handshake of WebSocket, which is its only use and protects nothing: any answer that only a
/// server of WebSocket gives would do. So it is written here; swift-crypto would bring the hundreds of C files of BoringSSL.
enum SHA1 {
    static func digest(of message: some Collection<UInt8>) -> [UInt8] {
        let bytes = padded(message)
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        for start in stride(from: 0, to: bytes.count, by: 64) { update(&state, bytes[start..<start + 64]) }
        return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
    }

    /// Whole blocks, at whose end the number of bits is (section 4).
    private static func padded(_ message: some Collection<UInt8>) -> [UInt8] {
        var bytes = Array(message)
        let bitCount = UInt64(bytes.count) * 8
        bytes.append(0x80)
        bytes += repeatElement(0, count: (64 + 56 - bytes.count % 64) % 64)
        return bytes + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bitCount >> $0) }
    }

    /// Section 6.1.
    private static func update(_ state: inout [UInt32], _ block: ArraySlice<UInt8>) {
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
            block[index..<index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for t in 16..<80 {
            words.append(rotated(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], by: 1))
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for t in 0..<80 {
            let (f, k) = function(t, b, c, d)
            (a, b, c, d, e) = (rotated(a, by: 5) &+ f &+ e &+ words[t] &+ k, a, rotated(b, by: 30), c, d)
        }
        for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
    }

    /// Section 5.
    private static func function(_ t: Int, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> (f: UInt32, k: UInt32) {
        switch t {
        case ..<20: (b & c | ~b & d, 0x5A82_7999)
        case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
        case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
    }

    private static func rotated(_ word: UInt32, by count: Int) -> UInt32 { word << count | word >> (32 - count) }
}
