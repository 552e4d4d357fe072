internal import Bytes
internal import FoundationEssentials

/// The files that a program has left, each as a model can take it.
struct ReturnedFiles {
    struct Description: Encodable {
        let name: String
        /// Bytes.
        let size: Int
        /// Why it is not there.
        var omitted: String?
    }

    private(set) var content: [ToolContent] = []
    private(set) var descriptions: [Description] = []

    /// Bytes of a text that is shown as text; what is longer is there for the client's program.
    private static let longestText = 32_000

    /// - Parameter room: bytes that all may take; nil is any number.
    init(_ result: ProgramResult, within room: Int?) {
        var room = room ?? .max
        for file in result.files {
            let fits = file.content.utf8.count <= room
            descriptions.append(
                Description(
                    name: file.name, size: file.size,
                    omitted: fits ? nil : "too large for events; call without a progress token"))
            guard fits else { continue }
            room -= file.content.utf8.count
            content.append(Self.content(of: file))
        }
        descriptions += result.filesOmitted.map { Description(name: $0.name, size: $0.size, omitted: $0.reason) }
    }

    private static func content(of file: ProgramResult.File) -> ToolContent {
        let uri = "file:///" + percentEncoded(file.name)
        guard file.encoding.utf8.elementsEqual("base64".utf8) else {
            if file.size <= longestText { return .textFile(uri: uri, file.content) }
            return .binaryFile(uri: uri, base64: file.base64)
        }
        if let type = pictureType(file.content) { return .image(base64: file.content, mimeType: type) }
        return .binaryFile(uri: uri, base64: file.content)
    }

    /// By its first bytes: services that take pictures refuse a whole conversation for one that is none.
    private static func pictureType(_ base64: String) -> String? {
        let start = Array(Data(base64Encoded: String(decoding: base64.utf8.prefix(16), as: UTF8.self)) ?? Data())
        let types: [(String, [UInt8])] = [
            ("image/png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), ("image/jpeg", [0xFF, 0xD8, 0xFF]),
            ("image/gif", Array("GIF8".utf8)),
        ]
        if start.starts(with: "RIFF".utf8), start.dropFirst(8).starts(with: "WEBP".utf8) { return "image/webp" }
        return types.first { start.starts(with: $0.1) }?.0
    }

    /// RFC 3986, section 3.3.
    private static func percentEncoded(_ path: String) -> String {
        var text: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in path.utf8 {
            if byte.isASCIILetterOrDigit || "-._~/".utf8.contains(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
