import FoundationEssentials

@testable import Server

extension Target {
    /// Whatever a text is, a line of the log stays one line, and as JSON says the text.
    static let logLine = Target("log-line") { bytes in
        struct Fields: Decodable {
            let text: String
            let number: Int
        }
        let text = bytes.text
        for format in LogSettings.Format.allCases {
            var line = LogLine(format, Array("now".utf8), "info", text)
            line.append("text", .text(text))
            line.append("number", .number(bytes.count))
            line.end()
            let content = line.bytes.dropLast()
            expect(line.bytes.last == 0x0A, "the line has no end")
            guard format == .json else {
                // The message is the server's own, the fields are not.
                let field = content.dropFirst("now info ".utf8.count + text.utf8.count)
                expect(field.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a control character in the line")
                expect(field.text.hasSuffix(" number=\(bytes.count)"), "the next field is another's")
                continue
            }
            expect(content.allSatisfy { $0 >= 0x20 }, "a control character in the line")
            guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(content)) else {
                fatalError("it is no JSON: \(content.text)")
            }
            expect(fields.text.utf8.elementsEqual(text.utf8) && fields.number == bytes.count, "another text")
        }
    }
}
