import Testing

@testable import HTTP

struct WebSocketFrameTests {
    @Test(
        arguments: [
            (0, [0x81, 0]), (125, [0x81, 125]), (126, [0x81, 126, 0, 126]), (0xFFFF, [0x81, 126, 0xFF, 0xFF]),
            (0x10000, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] as [(Int, [UInt8])])
    func `a length is in as few bytes as it needs`(_ count: Int, _ head: [UInt8]) {
        let text = [UInt8](repeating: 0x78, count: count)
        #expect(WebSocketFrame.text(text) == head + text)
    }

    @Test func `control frames are those of the RFC`() {
        #expect(WebSocketFrame.ping() == [0x89, 0])
        #expect(WebSocketFrame.pong(Array("Hello".utf8)) == [0x8A, 5, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(WebSocketFrame.close(nil) == [0x88, 0])
        #expect(WebSocketFrame.close(.normal) == [0x88, 2, 0x03, 0xE8])
        #expect(WebSocketFrame.close(.tooLarge, "no") == [0x88, 4, 0x03, 0xF1, 0x6E, 0x6F])
    }

    @Test(arguments: [(0, 123), (1, 121), (2, 122), (3, 123)])
    func `a reason is cut where a character ends`(_ ascii: Int, _ count: Int) {
        let reason = String(repeating: "x", count: ascii) + String(repeating: "€", count: 100)
        let frame = WebSocketFrame.close(.normal, reason)
        #expect(frame.count == 4 + count)
        #expect(Int(frame[1]) == 2 + count)
        #expect(reason.utf8.starts(with: frame[4...]))
        #expect(String(validating: frame[4...], as: UTF8.self) != nil)
    }

    @Test func `a reason that just fits is whole`() {
        #expect(WebSocketFrame.close(.normal, String(repeating: "é", count: 61) + "x").count == 127)
    }
}
