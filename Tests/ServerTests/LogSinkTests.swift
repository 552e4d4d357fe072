import DockerRun
import Foundation
import Testing

@testable import Server

struct LogSinkTests {
    @Test func `lines are written in their order, and all of them once it is flushed`() {
        let pipe = Pipe()
        let sink = LogSink(.text, descriptor: pipe.fileHandleForWriting.fileDescriptor)
        for number in 0..<1000 { sink.write(Array("line \(number)\n".utf8)) }
        sink.flush()
        try? pipe.fileHandleForWriting.close()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text == (0..<1000).map { "line \($0)\n" }.joined())
    }

    @Test func `when nobody reads, lines are dropped and counted, and nobody waits`() throws {
        let pipe = Pipe()
        let sink = LogSink(.text, descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let line = [UInt8](repeating: 0x78, count: 999) + [0x0A]
        // A pipe holds 64 KiB, the sink a megabyte, and once more what is being written.
        for _ in 0..<5000 { sink.write(line) }
        let reader = Thread { sink.flush() }
        reader.start()
        var text = ""
        while !text.contains("log lines dropped") {
            text = String(decoding: pipe.fileHandleForReading.availableData.suffix(200), as: UTF8.self)
        }
        #expect(text.contains("log lines dropped"))
    }
}
