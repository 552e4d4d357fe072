import Testing

@testable import CodeRunner

struct FileNameTests {
    @Test(arguments: [
        ("a.py", "", "a", "a"), ("d/e/f.tar.gz", "d/e", "f.tar", "d/e/f.tar"), (".profile", "", ".profile", ".profile"),
        ("d.x/f", "d.x", "f", "d.x/f"), ("/\u{301}a.b", "", "\u{301}a", "/\u{301}a"), ("a.\u{301}b", "", "a", "a"),
    ])
    func `a name has a directory, a stem and an extension, at the bytes of slashes and dots`(
        _ name: String, _ directory: String, _ stem: String, _ withoutExtension: String
    ) {
        #expect(FileName(name).directory == directory)
        #expect(FileName(name).stem == stem)
        #expect(FileName(name).withoutExtension == withoutExtension)
    }

    @Test(arguments: [
        ["a", "b", "a"], ["main.py", "./main.py"], ["a//b", "a/b"], ["././a", "a/"], ["a/./b", "a/b"],
    ])
    func `a file that is there twice is refused by its name`(_ names: [String]) {
        let failure = #expect(throws: Failure.self) { try FileName.refuseDuplicates(names) }
        #expect(failure?.description.contains("\"\(names.last ?? "")\"") == true)
    }

    @Test(arguments: [
        ["a", "A", "a ", "b/a"], ["Gr\u{F6}\u{DF}e", "Gro\u{308}\u{DF}e"], ["a/b", "a\u{301}/b", "a/\u{301}b"],
        ["..a", "a"],
    ])
    func `names that differ in a byte are of different files`(_ names: [String]) throws {
        try FileName.refuseDuplicates(names)
    }
}
