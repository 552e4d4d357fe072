/// The name of a payload's file: bytes, as for the system. Swift's characters are none: a slash and a combining mark after it
/// are one of these, and no slash.
struct FileName {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Up to the last slash; empty if there is none.
    var directory: String {
        guard let slash = text.utf8.lastIndex(of: Self.slash) else { return "" }
        return String(decoding: text.utf8[..<slash], as: UTF8.self)
    }

    /// All but the extension, directory included. A name that begins with its only dot has none.
    var withoutExtension: String {
        let name = lastPart
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return text }
        return String(decoding: text.utf8[..<dot], as: UTF8.self)
    }

    /// The last part, without extension.
    var stem: String { String(decoding: FileName(withoutExtension).lastPart, as: UTF8.self) }

    func hasExtension(_ name: String) -> Bool {
        text.utf8.reversed().starts(with: ".\(name)".utf8.reversed())
    }

    /// What tells it from others: `a//b` and `./a/b` are the same file.
    var parts: [[UInt8]] {
        text.utf8.split(separator: Self.slash).map(Array.init).filter { $0 != [UInt8(ascii: ".")] }
    }

    /// - Throws: ``Failure`` naming a file that is there twice, of which one would be lost.
    static func refuseDuplicates(_ names: [String]) throws(Failure) {
        var known: [[[UInt8]]: String] = [:]
        for name in names {
            guard let other = known.updateValue(name, forKey: FileName(name).parts) else { continue }
            guard other.utf8.elementsEqual(name.utf8) else {
                throw Failure("the file names \"\(other)\" and \"\(name)\" are of the same file")
            }
            throw Failure("there are two files with the name \"\(name)\"")
        }
    }

    private var lastPart: Substring.UTF8View {
        text.utf8.lastIndex(of: Self.slash).map { text.utf8[text.utf8.index(after: $0)...] } ?? text.utf8[...]
    }

    private static let slash = UInt8(ascii: "/")
}
