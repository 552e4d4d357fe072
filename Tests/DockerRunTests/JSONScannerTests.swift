import Foundation
import TestSupport
import Testing

@testable import DockerRun

struct JSONScannerTests {
    /// The members found in a whole text, or why it is refused.
    private func scan(_ text: [UInt8], piece: Int = .max) throws -> [JSONScanner.Member] {
        var scanner = JSONScanner()
        var members: [JSONScanner.Member] = []
        var rest = text[...]
        while !rest.isEmpty {
            let bytes = Array(rest.prefix(piece))
            try scanner.scan(bytes.span) { members.append($0) }
            rest = rest.dropFirst(bytes.count)
        }
        _ = try scanner.finish()
        return members
    }

    private func isAccepted(_ text: [UInt8]) -> Bool { (try? scan(text)) != nil }
    private func isAccepted(value: String) -> Bool { isAccepted(Array(#"{"a":\#(value)}"#.utf8)) }
    private func isAccepted(stringOf bytes: [UInt8]) -> Bool {
        isAccepted(Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8))
    }

    @Test(arguments: [
        "{}", " \t\r\n{ \n} \r", #"{"a":1}"#, #"{ "a" : 1 , "b" : [ ] , "c" : { } }"#, #"{"":null}"#, #"{"a":1,"a":2}"#,
        #"{"a":[1,[2,[3]],{"b":[{}]}]}"#,
    ])
    func `objects with white space, members and nesting are accepted`(_ text: String) {
        #expect(isAccepted(Array(text.utf8)))
    }

    @Test(arguments: [
        "", " ", "{", "}", "[]", "[", "null", "1", "\"a\"", "{}{}", "{} x", "{},", "{,}", #"{"a"}"#, #"{"a":}"#,
        #"{"a":1,}"#,
        #"{"a":1 "b":2}"#, #"{"a" 1}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#, #"{"a":[1 2]}"#,
        #"{"a":[1}"#,
        #"{"a":{"b":1]}"#, #"{1:2}"#, #"{"a":1}}"#, "{\"a\":1\u{0}}", "\u{FEFF}{}", "{\u{A0}}", "//x\n{}", #"{"a":1;}"#,
    ])
    func `what is not exactly one object is refused`(_ text: String) {
        #expect(!isAccepted(Array(text.utf8)))
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "123456789012345678901234567890", "0.0", "1.5", "-0.25", "1e1", "1E1", "1e+1",
        "1e-1",
        "0e0", "1.5e10", "1e400", "true", "false", "null",
    ])
    func `numbers and literals of the grammar are accepted`(_ value: String) {
        #expect(isAccepted(value: value))
        #expect(isAccepted(value: "[\(value)]"))
        #expect(isAccepted(value: "\(value) "))
    }

    @Test(arguments: [
        "-", "+1", "01", "-01", "00", "1.", ".5", "1.e1", "1e", "1e+", "1e-", "1.5.5", "1e1.5", "0x10", "1_000", "NaN",
        "Infinity", "-Infinity", "--1", "1-", "True", "TRUE", "tru", "truee", "nul", "nulll", "fals", "undefined",
        "- 1", "1 2",
    ])
    func `other numbers and literals are refused`(_ value: String) {
        #expect(!isAccepted(value: value))
    }

    @Test(arguments: [
        "", "a", "\u{7F}", "é€😀", #"\"\\\/\b\f\n\r\t"#, #"\u0000\uABCD\uabcd"#, #"\ud83d\ude00"#, #"\ud800"#, #"'"#,
        "/",
    ])
    func `strings of the grammar are accepted`(_ text: String) {
        #expect(isAccepted(stringOf: Array(text.utf8)))
    }

    @Test(arguments: [
        #"\"#, #"\a"#, #"\'"#, #"\x41"#, #"\u"#, #"\u123"#, #"\u12G4"#, #"\U1234"#, "\n", "\t", "\u{0}", "\u{1F}",
    ])
    func `strings with unknown escapes or control characters are refused`(_ text: String) {
        #expect(!isAccepted(stringOf: Array(text.utf8)))
        // Wherever they are: the scanner takes eight plain bytes at a time.
        for padding in 0..<9 {
            #expect(!isAccepted(stringOf: [UInt8](repeating: 0x61, count: padding) + Array(text.utf8)))
        }
    }

    @Test func `every byte at every place of a word of eight has the verdict of the grammar`() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<17 {
                var bytes = [UInt8](repeating: 0x61, count: 17)
                bytes[place] = byte
                // A quote ends the string early, a backslash escapes an "a", and what is not ASCII stands alone.
                let expected = byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C
                #expect(isAccepted(stringOf: bytes) == expected, "\(byte) at \(place)")
            }
        }
    }

    @Test(
        arguments: [
            [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF],
            [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func `well-formed UTF-8 is accepted up to its bounds`(_ bytes: [UInt8]) {
        #expect(isAccepted(stringOf: bytes))
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0xC2, 0x80], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE2, 0x82], [0xE2, 0x82, 0x41],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xFF],
            [0xFE],
        ] as [[UInt8]])
    func `overlong, surrogate, truncated and other ill-formed UTF-8 is refused`(_ bytes: [UInt8]) {
        #expect(!isAccepted(stringOf: bytes))
    }

    @Test func `nesting is accepted to 128 and refused beyond`() {
        func nested(_ depth: Int) -> [UInt8] {
            let inner = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
            return Array((depth == 1 ? "{}" : #"{"a":\#(inner)}"#).utf8)
        }
        #expect(isAccepted(nested(128)))
        #expect(!isAccepted(nested(129)))
        #expect(!isAccepted(Array(#"{"a":"#.utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)))
    }

    @Test func `the object is complete with its closing brace, not before`() throws {
        let text = Array(#" {"a":{"b":"}"}} "#.utf8)
        var scanner = JSONScanner()
        for (index, byte) in text.enumerated() {
            #expect((scanner.objectEnd != nil) == (index >= text.count - 1))
            try scanner.scan([byte].span)
        }
        #expect(try scanner.finish() == 1..<text.count - 1)
    }

    @Test func `the members of the outermost object are found, and only those`() throws {
        let text = Array(#"{"a" : 1, "b\"":{"a":2},"":"x" ,"c":[{"a":3}],"d":null}"#.utf8)
        let members = try scan(text)
        #expect(
            members.map { String(decoding: text[$0.name], as: UTF8.self) } == [
                #""a""#, #""b\"""#, #""""#, #""c""#, #""d""#,
            ])
        #expect(
            members.map { String(decoding: text[$0.value], as: UTF8.self) } == [
                "1", #"{"a":2}"#, #""x""#, #"[{"a":3}]"#, "null",
            ])
    }

    @Test func `the verdict and the members are the same however the text is cut`() throws {
        let text = Array(#"{"aé😀\u00e9":[1.5e-3,true,{"x":"a long string that fills words\\"}],"b":-0}"#.utf8)
        let whole = try scan(text)
        for piece in 1...text.count { #expect(try scan(text, piece: piece) == whole) }
        for end in 0..<text.count { #expect(throws: JSONSyntaxError.self) { try scan(Array(text[..<end]), piece: 3) } }
    }

    @Test func `an error says what is wrong and where`() {
        #expect(throws: JSONSyntaxError(offset: 5, reason: "expected a value")) { try scan(Array(#"{"a":}"#.utf8)) }
    }

    @Test func `mutated texts have the verdict of another parser`() throws {
        var random = SeededGenerator(seed: 7)
        let documents = [
            #"{"a":[1,2.5e3,"x\n\u00e9é"],"b":{"c":null,"d":true}}"#, #"{"image":"x","payload":{"n":-0.1}}"#,
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            var text = Array(documents.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: text.remove(at: place)
                case 1:
                    text.insert(Array(#"{}[]",:\0123456789eE+-. tnx"#.utf8).randomElement(using: &random)!, at: place)
                default: text[place] = UInt8.random(in: 0x20...0x7E, using: &random)
                }
            }
            // Foundation's parser takes a few more texts than the grammar does; what we take, it must take too.
            let ours = isAccepted(text)
            if ours { accepted += 1 }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(text))) is [String: Any]
            let isLoneSurrogate = text.split(separator: 0x5C).contains {
                $0.starts(with: [0x75, 0x64]) || $0.starts(with: [0x75, 0x44])
            }
            #expect(!ours || theirs || isLoneSurrogate, "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(accepted > 1000)
    }

    @Test(arguments: ["\u{B}", "\u{C}", "\u{0}", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}"])
    func `nothing but the four characters of the grammar is white space`(_ space: String) {
        for text in [
            "\(space){}", "{\(space)}", "{\"a\"\(space):1}", "{\"a\":\(space)1}", "{\"a\":1\(space)}", "{}\(space)",
        ] {
            #expect(!isAccepted(Array(text.utf8)), "\(text)")
        }
    }

    @Test func `sequences of every lead byte have the verdict of the standard library's UTF-8`() {
        let seconds: [UInt8] = [0x41, 0x7F] + Array(0x80...0xBF) + [0xC0, 0xFF]
        let tails: [[UInt8]] = [[], [0x80], [0xBF], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x41], [0x80, 0x80, 0x80]]
        for lead in UInt8(0x80)...0xFF {
            for second in seconds {
                for tail in tails {
                    let bytes = [lead, second] + tail
                    let isValid = String(validating: bytes, as: UTF8.self) != nil
                    guard isAccepted(stringOf: bytes) != isValid else { continue }
                    Issue.record("\(bytes) is \(isValid ? "valid" : "invalid")")
                }
            }
        }
    }

    @Test func `mutated texts have the same members and the same fault byte by byte`() {
        var random = SeededGenerator(seed: 13)
        let document = Array(#" {"a":[1,-2.5e3,"x\n\u00e9é😀"],"b\"":{"c":null,"a":true},"":"12345678"} "#.utf8)
        var verdicts = (good: 0, bad: 0)
        for _ in 0..<3000 {
            var text = document
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let whole = Result { try scan(text) }
            for piece in [1, 7, 8, 9] {
                let cut = Result { try scan(text, piece: piece) }
                switch (whole, cut) {
                case (.success(let a), .success(let b)): #expect(a == b)
                case (.failure(let a), .failure(let b)): #expect(a as? JSONSyntaxError == b as? JSONSyntaxError)
                default: Issue.record("\(text) in pieces of \(piece): \(whole), \(cut)")
                }
            }
            if case .success = whole { verdicts.good += 1 } else { verdicts.bad += 1 }
        }
        #expect(verdicts.good > 300 && verdicts.bad > 300, "\(verdicts)")
    }

    @Test func `texts that another parser accepts are accepted too`() {
        var random = SeededGenerator(seed: 17)
        let document = Array(#"{"a":[1,-2.5e3,"x\n\u00e9"],"b":{"c":null,"d":true}}"#.utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var text = document
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: text.remove(at: place)
                case 1: text.insert(text.randomElement(using: &random)!, at: place)
                default: text[place] = UInt8.random(in: 0x20...0x7E, using: &random)
                }
            }
            // Foundation's parser takes a comma before a closing bracket, which RFC 8259 does not.
            let dense = text.filter { $0 != 0x20 }
            let hasLastComma = zip(dense, dense.dropFirst()).contains { $0 == 0x2C && ($1 == 0x5D || $1 == 0x7D) }
            guard !hasLastComma, (try? JSONSerialization.jsonObject(with: Data(text))) is [String: Any] else {
                continue
            }
            accepted += 1
            #expect(isAccepted(text), "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(accepted > 1000)
    }
}
