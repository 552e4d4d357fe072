import TestSupport
import Testing

@testable import CodeRunner

struct ExpectedOutputTests {
    private func isMet(_ expected: String, by output: String, cut: Int = .max) -> Bool {
        var comparison = ExpectedOutput(expected)
        let bytes = Array(output.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(cut, max(1, bytes.count))) {
            comparison.append(bytes[start..<min(bytes.count, start + min(cut, bytes.count))])
        }
        return comparison.isMet
    }

    @Test(arguments: [
        ("3\n", "3\n"), ("3", "3\n\n \t\n"), ("3\r\n", "3"), ("a \nb", "a\nb\t\r\n"), ("", " \n\t\n"), ("\n\n", ""),
        ("a\n\nb", "a \n \nb"), (" a", " a"), ("a  b", "a  b "), ("a\u{B}\u{C}", "a"),
    ])
    func `white space at the end of lines and at the end does not count`(_ expected: String, _ output: String) {
        #expect(isMet(expected, by: output))
        #expect(isMet(expected, by: output, cut: 1))
        #expect(isMet(output, by: expected))
    }

    @Test(arguments: [
        ("3", "4"), ("3", "33"), ("33", "3"), ("a b", "a  b"), ("a b", "a\tb"), ("a", " a"), ("a\nb", "a\n\nb"),
        ("a\nb", "a b"), ("a b", "a\nb"), ("a", "a\n\nb"), ("a", ""), ("", "a"), ("\na", "a"), ("é", "e\u{301}"),
    ])
    func `everything else counts`(_ expected: String, _ output: String) {
        #expect(!isMet(expected, by: output))
        #expect(!isMet(expected, by: output, cut: 1))
        #expect(!isMet(output, by: expected))
    }

    @Test func `it tells what a comparison of the whole texts tells`() {
        var random = SeededGenerator(seed: 11)
        let pieces = ["a", "b", " ", "\t", "\n", "\r\n"]
        func text() -> String {
            (0..<Int.random(in: 0...7, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
        }
        func judged(_ text: String) -> [String] {
            var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                var line = line
                while let last = line.last, " \t\r".unicodeScalars.contains(last) { line.removeLast() }
                return String(line)
            }
            while lines.last == "" { lines.removeLast() }
            return lines
        }
        for _ in 0..<20_000 {
            let (expected, output) = (text(), text())
            #expect(
                isMet(expected, by: output, cut: 2) == (judged(expected) == judged(output)), "\(expected)|\(output)")
        }
    }
}
