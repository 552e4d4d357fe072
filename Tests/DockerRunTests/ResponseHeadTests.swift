import Testing

@testable import DockerRun

struct ResponseHeadTests {
    private let text = "HTTP/1.1 101 UPGRADED\r\nContent-Type: x\r\nCONTENT-LENGTH:  12\r\n\r\n"

    @Test func `a head is read when it is complete, and not before`() throws {
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count { #expect(try ResponseHead(Array(bytes[..<count])) == nil) }
        let head = try #require(try ResponseHead(bytes + [1, 2, 3]))
        #expect(head.status == 101)
        #expect(head.contentLength == 12)
        #expect(head.size == bytes.count)
    }

    @Test(arguments: [
        "SSH-2.0\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 9\r\n\r\n",
        "\r\n\r\n",
    ])
    func `what is not HTTP is refused`(_ text: String) {
        #expect(throws: DockerError.self) { try ResponseHead(Array(text.utf8)) }
    }

    @Test func `a head without an end is refused`() {
        let bytes = Array("HTTP/1.1 200 OK\r\nX: ".utf8) + [UInt8](repeating: 0x78, count: ResponseHead.maximumSize)
        #expect(throws: DockerError.self) { try ResponseHead(bytes) }
    }

    @Test(
        arguments: [
            ("", nil), ("Content-Length:5", 5), ("content-length: 5 ", 5), ("Content-Length:\t5", 5),
            ("X-Content-Length: 5", nil), ("Content-Length: x", nil), ("Content-Length", nil),
            ("Content-Length: +5", nil), ("Content-Length:", nil), (":Content-Length:5", nil),
            ("X: \u{301}\r\nContent-Length: 5", 5),
        ] as [(String, Int?)])
    func `the length is that of the Content-Length, if there is one`(_ field: String, _ length: Int?) throws {
        let fields = field.isEmpty ? "" : field + "\r\n"
        #expect(try ResponseHead(Array("HTTP/1.1 404 Not Found\r\n\(fields)\r\n".utf8))?.contentLength == length)
    }

    @Test(arguments: ["HTTP/1.1 200\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 \r\n\r\n"])
    func `a status needs no reason`(_ text: String) throws {
        #expect(try ResponseHead(Array(text.utf8))?.status == 200)
    }

    @Test func `what is not HTTP is refused at its first wrong byte`() {
        for text in ["X", "HTTQ", "HTTP/2"] {
            #expect(throws: DockerError.self) { try ResponseHead(Array(text.utf8)) }
        }
    }
}
