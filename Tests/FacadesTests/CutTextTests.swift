import Testing

@testable import Facades

struct CutTextTests {
    @Test func `a text that fits is whole`() {
        #expect(CutText("abc", limit: 3).text == "abc")
        #expect(!CutText("abc", limit: 3).isCut)
    }

    @Test(arguments: ["a", "é", "€", "😀"])
    func `head and tail end at characters, and what is missing is counted`(_ character: String) throws {
        let whole = String(repeating: character, count: 100)
        for limit in 10...30 {
            let cut = CutText(whole, limit: limit)
            #expect(cut.isCut)
            let lines = cut.text.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0].allSatisfy { String($0) == character } && lines[2].allSatisfy { String($0) == character })
            let shown = lines[0].utf8.count + lines[2].utf8.count
            #expect(lines[1] == "[… \(whole.utf8.count - shown) bytes left out …]")
            #expect(shown <= limit && shown > limit - 8)
        }
    }
}
