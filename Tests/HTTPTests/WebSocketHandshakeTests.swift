import Testing

@testable import HTTP

struct WebSocketHandshakeTests {
    private static let fields = [
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    ]

    private func head(
        _ changes: [String: String?] = [:], _ line: String = "GET /chat HTTP/1.1", more: [String] = []
    ) throws -> RequestHead {
        let fields = Self.fields.merging(changes.compactMapValues { $0 }) { $1 }
            .filter { name, _ in changes[name] != .some(nil) }
        var reader = HeadReader()
        let lines = [line, "Host: test"] + fields.map { "\($0): \($1)" } + more + ["", ""]
        return try #require(try reader.read(Array(lines.joined(separator: "\r\n").utf8).span))
    }

    /// The status of the refusal; nil if there is none.
    private func status(_ head: RequestHead) -> Int? {
        do {
            _ = try WebSocketHandshake.accept(head)
            return nil
        } catch {
            return error.status
        }
    }

    @Test func `the handshake of the RFC is answered as it says`() throws {
        let headers = try WebSocketHandshake.accept(head())
        #expect(headers["upgrade"] == "websocket")
        #expect(headers["connection"] == "Upgrade")
        #expect(headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func `names are compared without letter case, in lists`() throws {
        #expect(try status(head(["Upgrade": "h2c, WebSocket"])) == nil)
        #expect(try status(head(["Connection": "keep-alive, UPGRADE"])) == nil)
    }

    @Test func `what is not asked for properly is refused`() throws {
        #expect(try status(head([:], "POST /chat HTTP/1.1")) == 400)
        #expect(try status(head([:], "HEAD /chat HTTP/1.1")) == 400)
        #expect(try status(head([:], "GET /chat HTTP/1.0")) == 400)
        for name in Self.fields.keys { #expect(try status(head([name: nil])) == 400, "without \(name)") }
        #expect(try status(head(["Upgrade": "h2c"])) == 400)
        #expect(try status(head(["Connection": "keep-alive"])) == 400)
    }

    @Test(arguments: [
        "", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZTE=", "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZ?==",
        "dGhlIHNhbXBsZSBu b25jZQ==", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ])
    func `a key is 16 bytes in Base64`(_ key: String) throws {
        #expect(try status(head(["Sec-WebSocket-Key": key])) == 400)
    }

    @Test func `there is one key and one version`() throws {
        #expect(try status(head(more: ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="])) == 400)
        #expect(try status(head(more: ["Sec-WebSocket-Version: 13"])) == 400)
    }

    @Test(arguments: ["8", "14", "013", "13, 8", ""])
    func `who has another version hears of the one that there is`(_ version: String) throws {
        let refusal = #expect(throws: WebSocketHandshake.Refusal.self) {
            try WebSocketHandshake.accept(head(["Sec-WebSocket-Version": version]))
        }
        #expect(refusal?.status == 426)
        #expect(refusal?.headers["sec-websocket-version"] == "13")
        #expect(refusal?.headers["upgrade"] == "websocket")
    }

    // MARK: SHA-1

    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        (String(repeating: "a", count: 56), "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
        (String(repeating: "a", count: 64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
        (String(repeating: "01234567", count: 80), "dea356a2cddd90c7a7ecedc5ebb563934f460452"),
    ])
    func `SHA-1 is that of RFC 3174`(_ text: String, _ digest: String) {
        let found = SHA1.digest(of: text.utf8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(found == digest)
    }
}
