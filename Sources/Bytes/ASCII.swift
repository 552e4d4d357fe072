// Text that means something to a system (names, paths, headers, tokens, patterns) is read and compared by its bytes. A
// Character of Swift is a grapheme cluster: "a/" with a combining mark behind it has no "/" for it. See scripts/check-text.

extension UInt8 {
    package var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// A letter of ASCII in lower case; whatever else as it is.
    @inlinable package var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }

    /// A letter of ASCII in upper case; whatever else as it is.
    package var asciiUppercased: UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) ? self & ~0x20 : self
    }

    /// What it stands for as a hexadecimal digit; nil if it is none.
    @inlinable package var hexadecimalValue: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

extension [UInt8] {
    package func containsBytes(of text: StaticString) -> Bool {
        let text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return withUnsafeBufferPointer { bytes in
            var start = 0
            while start + text.count <= bytes.count {
                if bytes[start..<start + text.count].elementsEqual(text) { return true }
                start += 1
            }
            return false
        }
    }
}

extension BidirectionalCollection<UInt8> {
    @inlinable package func ends(with text: String) -> Bool { reversed().starts(with: text.utf8.reversed()) }

    /// Without the spaces and tabs at both ends: the optional white space of RFC 9110, section 5.6.3.
    @inlinable package var trimmed: SubSequence {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let last = lastIndex(where: { !isSpace($0) }) else { return self[endIndex...] }
        return self[...last].drop(while: isSpace)
    }
}

extension String {
    /// The parts between the bytes that separate them.
    package func split(at separator: Unicode.Scalar, maxSplits: Int = .max, omittingEmpty: Bool) -> [String] {
        utf8.split(separator: UInt8(ascii: separator), maxSplits: maxSplits, omittingEmptySubsequences: omittingEmpty)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    package var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}
