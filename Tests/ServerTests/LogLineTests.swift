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
}
