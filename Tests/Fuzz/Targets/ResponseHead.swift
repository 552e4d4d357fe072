import Bytes

@testable import DockerRun

extension Target {
    /// ResponseHead, asked again with every piece that comes, says what it says of the whole, and finds the head's end, the
    /// status and the length that are there.
    static let responseHead = Target("response-head") { bytes in
        let whole = read(bytes)
        var soFar: [UInt8] = []
        for piece in pieces(bytes) {
            soFar += piece
            switch (read(soFar), whole) {
            case (.incomplete, _), (.refused, .refused): break
            case (.head(let head), .head(let other)): expect(head == other, "\(head) is not \(other)")
            case (let part, _): fatalError("\(part) after \(soFar.count) bytes, and then \(whole)")
            }
        }
        guard case .head(let head) = whole else { return }
        let text = bytes[..<head.size]
        expect(text.suffix(4).elementsEqual("\r\n\r\n".utf8), "the head ends elsewhere")
        expect(text.starts(with: "HTTP/1.".utf8), "it is not HTTP")
        expect((100...999).contains(head.status), "\(head.status) is no status")
        let fields = text.map(\.asciiLowercased).split(separator: 0x0A).map { $0.filter { !"\r \t".utf8.contains($0) } }
        if let length = head.contentLength {
            expect(
                fields.contains { $0.starts(with: "content-length:".utf8) && Int($0[15...].text) == length },
                "\(length)?")
        }
    }

    private enum Reading {
        case incomplete
        case refused
        case head(ResponseHead)
    }

    private static func read(_ bytes: [UInt8]) -> Reading {
        do {
            guard let head = try ResponseHead(bytes) else { return .incomplete }
            return .head(head)
        } catch {
            return .refused
        }
    }
}
