import Testing

@testable import HTTP

struct WebSocketReaderTests {
    /// What was read, and the fault that ended it.
    private struct Found: Equatable {
        var items: [WebSocketInput] = []
        var fault: WebSocketFault?
    }

    private func read(_ pieces: [[UInt8]], maximumSize: Int = 1000) -> Found {
        var reader = WebSocketReader(maximumSize: maximumSize)
        var found = Found()
        for piece in pieces {
            reader.append(piece)
            do throws(WebSocketFault) {
                while let item = try reader.next() { found.items.append(item) }
            } catch {
                found.fault = error
            }
        }
        return found
    }

    private func text(_ text: String) -> WebSocketInput { .text(Array(text.utf8)) }

    // MARK: What is in order

    @Test func `messages come whole, their fragments put together, and what comes between these at once`() {
        let bytes =
            textFrame("Hello") + textFrame("") + textFrame("a", isFinal: false) + pingFrame("1")
            + continuation("", isFinal: false) + clientFrame(10, "2".utf8) + continuation("b", isFinal: false)
            + continuation("c") + closeFrame(1000, "bye")
        #expect(
            read([bytes]).items == [
                text("Hello"), text(""), .ping(Array("1".utf8)), .pong, text("abc"), .close(.normal),
            ])
    }

    @Test func `wherever the bytes are cut, they say the same`() {
        let long = String(repeating: "€", count: 50)
        let inOrder =
            textFrame("hé", isFinal: false) + pingFrame("ping") + continuation("llo") + textFrame(long)
            + closeFrame(4999, "bye") + textFrame("late")
        let broken = textFrame("x") + clientFrame(9, Array(repeating: 0, count: 126))
        for bytes in [inOrder, broken] {
            let whole = read([bytes])
            #expect(read(bytes.map { [$0] }) == whole)
            for cut in bytes.indices { #expect(read([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole) }
        }
        #expect(
            read([inOrder]).items == [
                .ping(Array("ping".utf8)), text("héllo"), text(long), .close(.init(rawValue: 4999)),
            ])
        #expect(read([broken]).items == [text("x")])
        #expect(read([broken]).fault?.code == .protocolError)
    }

    @Test func `the masked frame of the RFC is read`() {
        #expect(read([[0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]]).items == [text("Hello")])
    }

    @Test(arguments: [0, 125, 126, 127, 0xFFFF, 0x10000, 100_000])
    func `a message of any length is read`(_ count: Int) {
        let message = [UInt8](repeating: 0x78, count: count)
        #expect(read([clientFrame(1, message)], maximumSize: 100_000).items == [.text(message)])
    }

    @Test func `a character may be cut by a fragment`() {
        let bytes = Array("€".utf8)
        let found = read([clientFrame(1, bytes[..<1], isFinal: false) + clientFrame(0, bytes[1...])])
        #expect(found == Found(items: [text("€")]))
    }

    @Test func `after a Close nothing is read`() {
        #expect(read([clientFrame(8, []) + textFrame("x"), pingFrame("")]) == Found(items: [.close(nil)]))
    }

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 4999] as [UInt16])
    func `a Close has a code that may be sent`(_ code: UInt16) {
        #expect(read([closeFrame(code)]) == Found(items: [.close(.init(rawValue: code))]))
    }

    // MARK: Faults

    static let violations: [(String, [UInt8])] = [
        ("not masked", clientFrame(1, "x".utf8, mask: nil)),
        ("bit 1 reserved", [0xC1]), ("bit 2 reserved", [0xA1]), ("bit 3 reserved", [0x91]),
        ("opcode 3", [0x83]), ("opcode 7", [0x87]), ("opcode 11", [0x8B]), ("opcode 15", [0x8F]),
        ("ping in fragments", [0x09]), ("close in fragments", [0x08]),
        ("long ping", [0x89, 0xFE]), ("longer ping", [0x89, 0xFF]),
        ("continuation of nothing", [0x80]), ("continuation after the end", textFrame("") + [0x00]),
        ("message within a message", textFrame("", isFinal: false) + [0x81]),
        ("binary within a message", textFrame("", isFinal: false) + [0x82]),
        ("125 in two bytes", clientFrame(1, [UInt8](repeating: 0, count: 125), lengthBytes: 2)),
        ("126 in eight bytes", clientFrame(1, [UInt8](repeating: 0, count: 126), lengthBytes: 8)),
        ("65535 in eight bytes", [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        ("high bit", [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ("half a code", clientFrame(8, [3])),
    ]

    @Test(arguments: violations)
    func `what breaks the protocol is refused at the byte that shows it`(_ name: String, _ bytes: [UInt8]) {
        let found = read([textFrame("x") + bytes])
        #expect(found.fault?.code == .protocolError)
        #expect(found.items.first == text("x"), "what came before it counts")
    }

    @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] as [UInt16])
    func `a code that is not to be sent breaks it too`(_ code: UInt16) {
        #expect(read([closeFrame(code)]).fault?.code == .protocolError)
    }

    @Test func `a binary message is of the wrong kind, before its payload has come`() {
        #expect(read([[0x82]]).fault?.code == .unsupportedData)
        #expect(read([[0x02]]).fault?.code == .unsupportedData)
    }

    @Test(arguments: [[0xFF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0x61, 0x80]] as [[UInt8]])
    func `text is UTF-8, and so is the reason of a Close`(_ bytes: [UInt8]) {
        #expect(read([clientFrame(1, bytes)]) == Found(fault: .init(.invalidPayload, "The text is not UTF-8")))
        #expect(
            read([clientFrame(8, [0x03, 0xE8] + bytes)])
                == Found(fault: .init(.invalidPayload, "The reason of a Close is not UTF-8")))
    }

    @Test func `a message may be as large as that, and not a byte larger, in fragments or not`() {
        let message = [UInt8](repeating: 0x78, count: 300)
        #expect(read([clientFrame(1, message)], maximumSize: 300).items == [.text(message)])
        #expect(read([clientFrame(1, message)], maximumSize: 299).fault?.code == .tooLarge)
        let fragments = clientFrame(1, message[..<200], isFinal: false) + clientFrame(0, message[200...])
        #expect(read([fragments], maximumSize: 300).items == [.text(message)])
        #expect(read([fragments], maximumSize: 299).fault?.code == .tooLarge)
        #expect(read([pingFrame("ping")], maximumSize: 0).items == [.ping(Array("ping".utf8))])
    }

    @Test func `a frame that would be too large is refused by its length alone`() {
        #expect(read([[0x81, 0xFE, 0x03, 0xE9]]).fault?.code == .tooLarge)
        #expect(read([[0x81, 0xFF, 0x7F] + [UInt8](repeating: 0xFF, count: 7)]).fault?.code == .tooLarge)
        let second = textFrame("x", isFinal: false) + [0x80, 0xFF, 0x7F] + [UInt8](repeating: 0xFF, count: 7)
        #expect(read([second]).fault?.code == .tooLarge)
    }

    @Test func `another maximum holds for the next frame`() throws {
        var reader = WebSocketReader(maximumSize: 2)
        reader.append(textFrame("ab") + textFrame("abcd"))
        #expect(try reader.next() == text("ab"))
        reader.maximumSize = 4
        #expect(try reader.next() == text("abcd"))
        reader.append(textFrame("ab", isFinal: false))
        #expect(try reader.next() == nil)
        reader.maximumSize = 1
        reader.append(continuation(""))
        #expect(throws: WebSocketFault.self) { try reader.next() }
    }

    @Test func `a fault is told once, and nothing is read after it`() throws {
        var reader = WebSocketReader(maximumSize: 10)
        reader.append([0xFF])
        #expect(throws: WebSocketFault.self) { try reader.next() }
        reader.append(textFrame("x"))
        #expect(try reader.next() == nil)
    }
}
