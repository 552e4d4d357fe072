internal import Bytes
internal import FoundationEssentials

extension ProgramResult.File {
    var isText: Bool { encoding.utf8.elementsEqual("utf8".utf8) }

    var base64: String { isText ? Data(content.utf8).base64EncodedString() : content }

    /// Of a picture, by its first bytes: services that take pictures refuse a whole conversation for one that is none.
    var pictureType: String? {
        guard !isText else { return nil }
        let start = Array(Data(base64Encoded: String(decoding: content.utf8.prefix(16), as: UTF8.self)) ?? Data())
        let types: [(String, [UInt8])] = [
            ("image/png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), ("image/jpeg", [0xFF, 0xD8, 0xFF]),
            ("image/gif", Array("GIF8".utf8)),
        ]
        if start.starts(with: "RIFF".utf8), start.dropFirst(8).starts(with: "WEBP".utf8) { return "image/webp" }
        return types.first { start.starts(with: $0.1) }?.0
    }

    /// As of a file at the root (RFC 8089), percent-encoded (RFC 3986, section 3.3).
    var uri: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text = Array("file:///".utf8)
        for byte in name.utf8 {
            if byte.isASCIILetterOrDigit || "-._~/".utf8.contains(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
