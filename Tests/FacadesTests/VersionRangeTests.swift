import Testing

@testable import Facades

struct VersionRangeTests {
    @Test(arguments: [
        ("*", "3.11.2", true), ("", "3.11.2", true), ("x", "0.0.0", true), ("3", "3.11.2", true),
        ("3.x", "3.11.2", true),
        ("3.10", "3.11.2", false), ("3.10.0", "3.11.2", false), ("3.11.2", "3.11.2", true), ("v3.11.2", "3.11.2", true),
        ("=3.11.2", "3.11.2", true), (">=3.9", "3.11.2", true), (">= 3.9", "3.11.2", true), (">3.11", "3.11.2", false),
        (">3.11", "3.12.0", true), (">3.11.1", "3.11.2", true), ("<3.11", "3.11.2", false), ("<=3.11", "3.11.2", true),
        ("<=3.11.1", "3.11.2", false), ("^3.10", "3.11.2", true), ("^3.10", "4.0.0", false), ("^0.2.3", "0.2.9", true),
        ("^0.2.3", "0.3.0", false), ("^0.0.3", "0.0.4", false), ("^0.0", "0.0.9", true), ("^0.0", "0.1.0", false),
        ("^0", "0.9.0", true), ("~3.10.0", "3.10.9", true), ("~3.10.0", "3.11.0", false), ("~3", "3.99.0", true),
        ("~1.2", "1.3.0", false), ("3.10.0 || 3.11.2", "3.11.2", true), ("3.10.0||3.11.0", "3.11.2", false),
        ("3.9 - 3.12", "3.12.9", true), ("3.9 - 3.12", "3.13.0", false), ("3.9 - 3.12.1", "3.12.2", false),
        (">=3.9 <3.11", "3.10.4", true), (">=3.9 <3.11", "3.11.0", false), (">=3.11.2-rc.1", "3.11.2", true),
        ("3.11.2-rc.1", "3.11.2", false), (">*", "3.11.2", false), (">=3 || ", "2.0.0", true),
    ])
    func `a range has the versions that npm says it has`(_ range: String, _ version: String, _ isIn: Bool) throws {
        #expect(try #require(VersionRange(range)).contains(VersionTriple(version)) == isIn)
    }

    @Test func `a range is no longer than npm's`() {
        #expect(VersionRange(String(repeating: "3 ", count: 128)) != nil)
        #expect(VersionRange(String(repeating: "3 ", count: 128) + " ") == nil)
        #expect(VersionRange(String(repeating: "> ", count: 1_000_000)) == nil)
    }

    @Test(arguments: [
        "latest", "3.11.2.1", "three", "3..1", "3.", "3.11.2 and more", "99999999999999999999", "3 | 4", "-", "é",
    ])
    func `what is no range has no version`(_ text: String) {
        #expect(VersionRange(text) == nil)
    }
}
