import DockerRun
import Foundation
import Testing

@testable import Server

struct LogLineTests {
    private let hostile = "a\nb\r\t\"c\" \\ \u{0}\u{1B}[31m\u{85}é status=200"

    @Test func `a text line stays one line, and a value one field, whatever it contains`() {
        var line = LogLine(.text, Array("NOW".utf8), "info", "request")
        line.append("path", .text(hostile))
        line.append("plain", .text("/run"))
        line.append("empty", .text(""))
        line.append("count", .number(3))
        line.append("time_ms", .milliseconds(.microseconds(1_234_567)))
        line.end()
        #expect(
            String(decoding: line.bytes, as: UTF8.self)
                == #"NOW info request path="a\nb\r\t\"c\" \\ \u0000\u001b[31m\u0085é status=200" plain=/run empty="" count=3 time_ms=1234.567"#
                + "\n")
    }

    @Test func `a JSON line is one line of JSON, whatever a value contains`() throws {
        var line = LogLine(.json, Array("NOW".utf8), "info", hostile)
        line.append("path", .text(hostile))
        line.append("count", .number(3))
        line.append("time_ms", .milliseconds(.microseconds(1500)))
        line.end()
        #expect(line.bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.bytes)) as? [String: Any])
        #expect(object["message"] as? String == hostile)
        #expect(object["path"] as? String == hostile)
        #expect(object["count"] as? Int == 3)
        #expect(object["time_ms"] as? Double == 1.5)
    }

    @Test(arguments: LogSettings.Format.allCases)
    func `every character is written so that a line stays one line`(_ format: LogSettings.Format) {
        for value in [0...0x2FF, 0x2020...0x2030, 0xFEFF...0xFEFF, 0x1F600...0x1F600].joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            var line = LogLine(format, Array("NOW".utf8), "info", "request")
            line.append("path", .text("a\(scalar)b"))
            line.append("status", .number(200))
            line.end()
            let text = String(decoding: line.bytes, as: UTF8.self)
            #expect(text.unicodeScalars.dropLast().allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        }
    }

    @Test func `a JSON value comes back as it was, whatever character it has`() throws {
        for value in [0...0x2FF, 0x2020...0x2030, 0x1F600...0x1F600].joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            var line = LogLine(.json, Array("NOW".utf8), "info", "request")
            line.append("path", .text("a\(scalar)b"))
            line.end()
            let object = try JSONSerialization.jsonObject(with: Data(line.bytes)) as? [String: Any]
            #expect(object?["path"] as? String == "a\(scalar)b")
        }
    }
}
