import Testing

@testable import CodeRunner

struct BoundedOutputTests {
    private func output(_ text: String, limit: Int) -> BoundedOutput {
        var output = BoundedOutput(limit: limit)
        output.append(Array(text.utf8)[...])
        return output
    }

    @Test func `output that is cut in the middle of a character loses no other`() {
        for padding in 0..<4 {
            let text = String(repeating: "a", count: padding) + String(repeating: "🙂", count: 500)
            let cut = output(text, limit: 400).text(within: 300).string
            #expect(!cut.contains("\u{FFFD}"))
            #expect(cut.contains(" bytes left out …]\n"))
            #expect(cut.hasPrefix(text.prefix(8)) && cut.hasSuffix("🙂🙂"))
        }
    }

    @Test(arguments: ["a", "\u{1}", "\n", "\"", "é", "🙂"])
    func `a text takes no more room in JSON than it has, and most of it`(_ character: String) {
        let text = String(repeating: character, count: 2000)
        for room in [OutputText.leastRoom, 100, 101, 500, 1999] {
            let cut = output(text, limit: 3000).text(within: room).string
            #expect(JSONText.length(ofString: cut) <= room)
            #expect(JSONText.length(ofString: cut) > room - 30 - OutputText.leastRoom)
        }
    }

    @Test(arguments: [900, 1000, 1001, 1100, 1400])
    func `the end that is shown goes on into the head where nothing was dropped`(_ count: Int) {
        // Six bytes each in JSON, so that what is kept does not fit.
        let text = String(repeating: "\u{1}", count: count - 40) + String(repeating: "\u{2}", count: 40)
        let cut = output(text, limit: 2000).text(within: 1000).string
        #expect(cut.hasPrefix("\u{1}\u{1}") && cut.hasSuffix("\u{1}" + String(repeating: "\u{2}", count: 40)))
        #expect((900...1000).contains(JSONText.length(ofString: cut)))
    }

    @Test func `the line that says how much is left out counts bytes`() {
        let cut = output(String(repeating: "é", count: 1000), limit: 3000).text(within: 300).string
        let shown = cut.utf8.count - "\n[… 0000 bytes left out …]\n".utf8.count
        #expect(cut.contains("[… \(2000 - shown) bytes left out …]"))
    }

    @Test func `outputs one after the other are one, and what one has lost is told`() {
        var both = output("first ", limit: 1000)
        both.append(output("second", limit: 1000))
        #expect(both.text(within: 1000).string == "first second")
        both.append(output("<" + String(repeating: "-", count: 5000) + ">", limit: 1000))
        both.append(output(" last", limit: 1000))
        let text = both.text(within: 1000).string
        #expect(text.hasPrefix("first second<---"))
        #expect(text.hasSuffix("---> last"))
        #expect(text.contains("left out"))
    }

    @Test func `a text in parts is what it is in one piece, wherever characters and faults in them lie`() {
        let pieces: [[UInt8]] = [
            [0x61], [0xC3, 0xB8], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x99, 0x82], [0xF0, 0x9F], [0x80], [0xFF],
        ]
        for size in [16_383, 16_384, 16_385, 33_000] {
            var bytes: [UInt8] = []
            while bytes.count < size { bytes += pieces[(bytes.count * 7919 + size) % 31 % pieces.count] }
            for cut in [0, 1, 2, 3, size / 2, size / 2 + 1] {
                let text = OutputText(start: bytes[..<cut], end: [bytes[cut...]])
                #expect(text.string == String(decoding: bytes, as: UTF8.self))
            }
        }
    }
}
