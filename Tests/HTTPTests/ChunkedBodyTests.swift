import TestSupport
import Testing

@testable import HTTP

struct ChunkedBodyTests {
    /// - Returns: the content, and what comes after the body.
    @discardableResult
    private func follow(
        _ bytes: [UInt8], piece: Int = .max, limit: Int = 100
    ) throws(ChunkedBody.Violation) -> (content: String, rest: String) {
        var body = ChunkedBody(maximumLength: limit)
        var content: [UInt8] = []
        var position = 0
        while position < bytes.count, !body.isComplete {
            let piece = Array(bytes[position...].prefix(piece))
            let range = try body.next(piece.span, from: 0)
            content += piece[range]
            position += range.upperBound
        }
        return (String(decoding: content, as: UTF8.self), String(decoding: bytes[position...], as: UTF8.self))
    }

    @discardableResult
    private func follow(
        _ text: String, piece: Int = .max, limit: Int = 100
    ) throws(ChunkedBody.Violation) -> (content: String, rest: String) {
        try follow(Array(text.utf8), piece: piece, limit: limit)
    }

    @Test(arguments: [
        ("0\r\n\r\n", "", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello", ""),
        ("005\r\nhello\r\n1\r\nx\r\n00\r\n\r\n", "hellox", ""), ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789", ""),
        ("A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n", ""),
        ("0\r\n\r\nGET / HTTP/1.1\r\n\r\n", "", "GET / HTTP/1.1\r\n\r\n"),
    ])
    func `good chunks are read however they are cut, and what follows them is not looked at`(
        _ text: String, _ content: String, _ rest: String
    ) throws {
        for piece in 1...text.utf8.count {
            let result = try follow(text, piece: piece)
            #expect(result.content == content)
            #expect(result.rest == rest)
        }
    }

    @Test(arguments: [
        "\r\n", "x\r\n", "0x5\r\nhello", "+5\r\n", "-5\r\n", " 5\r\n", "5 \r\nhello", "5\nhello\r\n", "5\r\nhello\n0",
        "5\r\nhellooo",
        "5\r\nhello0\r\n\r\n", "0\r\n\nX", "0\r\n X: y\r\n\r\n", "0\r\nX: \u{0}\r\n\r\n", ";x\r\n", "1;x\r\n",
    ])
    func `chunks that could be read in two ways are refused`(_ text: String) {
        #expect(throws: ChunkedBody.Violation.malformed) { try follow(text) }
    }

    @Test func `what is too long is refused when it is announced`() throws {
        try follow("32\r\n" + String(repeating: "x", count: 50) + "\r\n32\r\n")
        for text in ["65\r\n", "32\r\n" + String(repeating: "x", count: 50) + "\r\n33\r\n", "ffffffffffffffff\r\n"] {
            #expect(throws: ChunkedBody.Violation.tooLong) { try follow(text) }
        }
    }

    @Test func `trailers without end are refused`() {
        #expect(throws: ChunkedBody.Violation.self) { try follow("0\r\nX:" + String(repeating: "x", count: 20_000)) }
    }

    @Test func `trailers without end are refused, also when they are short`() {
        #expect(throws: ChunkedBody.Violation.self) {
            try follow("0\r\n" + String(repeating: "X\r\n", count: 100_000))
        }
    }

    @Test func `bad chunks are refused alike however they are cut`() {
        for text in ["5\r\nhellooo", "5 \r\nhello", "0\r\nX: \u{0}\r\n\r\n", "0x5\r\nhello", "5\r\nhello\n0"] {
            for piece in 1...text.utf8.count {
                #expect(throws: ChunkedBody.Violation.malformed) { try follow(text, piece: piece) }
            }
        }
    }

    @Test func `a body that ends early is not refused, for the rest may come`() throws {
        let text = "5\r\nhello\r\n0\r\nX: y\r\n\r\n"
        for count in 0...text.utf8.count { try follow(String(text.prefix(count))) }
    }

    @Test func `random bytes are followed or refused, and nothing else`() {
        var random = SeededGenerator(seed: 23)
        let good = Array("5\r\nhello\r\n0000a\r\n0123456789\r\n0\r\nX: y\r\n\r\n".utf8)
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let whole = Result { () throws(ChunkedBody.Violation) in try follow(bytes).content }
            let slow = Result { () throws(ChunkedBody.Violation) in try follow(bytes, piece: 1).content }
            #expect(whole == slow)
        }
    }
}
