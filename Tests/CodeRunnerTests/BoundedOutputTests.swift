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
            let cut = output(text, limit: 400).text(within: 300)
            #expect(!cut.contains("\u{FFFD}"))
            #expect(cut.contains(" bytes left out …]\n"))
            #expect(cut.hasPrefix(text.prefix(8)) && cut.hasSuffix("🙂🙂"))
        }
    }

    @Test(arguments: ["a", "\u{1}", "\n", "\"", "é", "🙂"])
    func `a text takes no more room in JSON than it has, and most of it`(_ character: String) {
        let text = String(repeating: character, count: 2000)
        for room in [BoundedOutput.leastRoom, 100, 101, 500, 1999] {
            let cut = output(text, limit: 3000).text(within: room)
            #expect(JSONText.length(ofString: cut) <= room)
            #expect(JSONText.length(ofString: cut) > room - 30 - BoundedOutput.leastRoom)
        }
    }

    @Test func `the line that says how much is left out counts bytes`() {
        let cut = output(String(repeating: "é", count: 1000), limit: 3000).text(within: 300)
        let shown = cut.utf8.count - "\n[… 0000 bytes left out …]\n".utf8.count
        #expect(cut.contains("[… \(2000 - shown) bytes left out …]"))
    }

    @Test func `outputs one after the other are one, and what one has lost is told`() {
        var both = output("first ", limit: 1000)
        both.append(output("second", limit: 1000))
        #expect(both.text(within: 1000) == "first second")
        both.append(output("<" + String(repeating: "-", count: 5000) + ">", limit: 1000))
        both.append(output(" last", limit: 1000))
        let text = both.text(within: 1000)
        #expect(text.hasPrefix("first second<---"))
        #expect(text.hasSuffix("---> last"))
        #expect(text.contains("left out"))
    }
}
