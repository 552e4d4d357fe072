import Testing

@testable import CodeRunner

struct FilePatternTests {
    @Test(arguments: [
        ("*", "a", true), ("*", "", true), ("*", ".a", false), (".*", ".a", true), ("?a", ".a", false),
        ("*.png", "plot.png", true), ("*.png", ".png", false), ("*.png", "png", false), ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-b-b-d", false), ("*a", "aaa", true), ("?", "é", true), ("?", "éé", false), ("*?", "é", true),
        ("??", "é", false), ("?*?", "é", false), ("a?c", "a\u{301}c", true), ("[a]*", "a", false),
        ("[a]*", "[a]b", true), ("\\*", "\\x", true), ("***", "x", true),
    ])
    func `a wildcard stands for characters, and not for a dot at the beginning`(
        _ wildcard: String, _ name: String, _ matches: Bool
    ) {
        #expect(FilePattern.Part.wildcard(Array(wildcard.utf8)).matches(Array(name.utf8)) == matches)
    }

    @Test func `what would take for ever by trying everything is told at once`() {
        let wildcard = String(repeating: "*a", count: 100) + "b"
        #expect(
            !FilePattern.Part.wildcard(Array(wildcard.utf8)).matches(Array(repeating: UInt8(ascii: "a"), count: 255)))
    }

    @Test func `names are looked at part by part`() throws {
        #expect(
            try FilePattern("./a//b?/**/**/c").parts == [
                .name(Array("a".utf8)), .wildcard(Array("b?".utf8)), .anyDirectories, .name(Array("c".utf8)),
            ])
        #expect(try FilePattern("**").parts == [.anyDirectories, .wildcard(Array("*".utf8))])
    }

    @Test(arguments: ["", ".", "/", "/etc/passwd", "..", "a/../b", "../\u{200D}a", "/\u{301}a", "**/.."])
    func `a name that is empty or leads out is refused`(_ name: String) {
        #expect(throws: Failure.self) { try FilePattern(name) }
    }
}
