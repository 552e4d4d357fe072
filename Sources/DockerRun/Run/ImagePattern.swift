/// A pattern of image references in which `*` stands for any characters, slashes included.
///
/// It is compared with the reference as the client wrote it and, where that names neither a tag nor a digest, also with
/// `:latest` added, as the daemon would add it. Any other spelling of an allowed image (its id, or with the registry's
/// name in front) is a different reference and not allowed: a name that is let in by mistake is worse than one that is not.
public struct ImagePattern: Sendable, Equatable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public func allows(_ image: String) -> Bool {
        if matches(image) { return true }
        let name = image.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? [][...]
        let isTagged = name.contains(UInt8(ascii: ":")) || image.utf8.contains(UInt8(ascii: "@"))
        return !isTagged && matches(image + ":latest")
    }

    /// Linear in practice: on a mismatch only the last `*` is asked to take one character more.
    private func matches(_ image: String) -> Bool {
        let pattern = Array(text.utf8)
        let subject = Array(image.utf8)
        var (p, s) = (0, 0)
        var retry: (pattern: Int, subject: Int)?
        while s < subject.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                retry = (p + 1, s)
                p += 1
            } else if p < pattern.count, pattern[p] == subject[s] {
                p += 1
                s += 1
            } else if let last = retry {
                retry = (last.pattern, last.subject + 1)
                (p, s) = (last.pattern, last.subject + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
