internal import Bytes

/// The head of the daemon's answer on a ``DockerStream`` (RFC 9112, section 4), as far as it matters there.
struct ResponseHead: Equatable {
    static let maximumSize = 16 << 10

    var status: Int
    var contentLength: Int?
    /// How many bytes of the buffer were the head, the empty line included.
    var size: Int

    /// - Returns: nil while the head is not complete.
    /// - Throws: ``DockerError/transport(_:)`` for what cannot become a head.
    init?(_ bytes: [UInt8]) throws(DockerError) {
        let start = "HTTP/1.".utf8
        guard zip(bytes, start).allSatisfy({ $0 == $1 }) else {
            throw DockerError.transport("the Docker daemon's answer is not HTTP")
        }
        guard let end = Self.endOfHead(bytes) else {
            guard bytes.count < Self.maximumSize else {
                throw DockerError.transport("the head of the Docker daemon's answer is too long")
            }
            return nil
        }
        let lines = bytes[..<end].split(separator: 0x0A).map { $0.last == 0x0D ? $0.dropLast() : $0 }
        let words = lines.first?.split(separator: UInt8(ascii: " "), maxSplits: 2) ?? []
        guard words.count >= 2, words[1].count == 3, let status = Self.number(words[1]), status >= 100 else {
            throw DockerError.transport("the Docker daemon's answer has no status")
        }
        self.status = status
        self.size = end
        self.contentLength = lines.dropFirst().lazy.compactMap(Self.contentLength).first
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        return (mark.count...bytes.count).first { bytes[($0 - mark.count)..<$0].elementsEqual(mark) }
    }

    private static func contentLength(_ line: ArraySlice<UInt8>) -> Int? {
        let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].map(\.asciiLowercased).elementsEqual("content-length".utf8) else { return nil }
        return number(parts[1].trimmed)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy { (48...57).contains($0) } ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }
}
