import Foundation
import Glibc
import TestSupport
import Testing

/// A code-runner whose stdin stays open.
final class RunnerUnderTest {
    private let runner: CodeRunnerProcess
    private var read = ""

    /// - Parameters:
    ///   - isInteractive: or else there are events alone.
    ///   - instructions: of the server, beside these.
    init(
        _ payload: [String: Any], isInteractive: Bool = true, instructions: String = "", arguments: [String] = []
    ) throws {
        runner = try CodeRunnerProcess { _ in arguments }
        let json = String(decoding: try JSONSerialization.data(withJSONObject: payload), as: UTF8.self)
        let all = #""stream":true"# + (isInteractive ? #","interactive":true"# : "") + instructions
        try say(#"{"docker-run":{\#(all)},\#(json.dropFirst())"#)
    }

    var process: Process { runner.process }

    func say(_ json: String) throws { try runner.say(json) }

    func type(_ text: String) throws {
        let json = try JSONSerialization.data(withJSONObject: ["stdin": ["text": text]])
        try say(String(decoding: json, as: UTF8.self))
    }

    func hangUp() throws { try runner.hangUp() }

    /// Bytes that were said and that it has not read.
    var unheard: Int {
        var count: Int32 = 0
        _ = ioctl(runner.input.fileHandleForWriting.fileDescriptor, UInt(FIONREAD), &count)
        return Int(count)
    }

    /// What has been printed when it contains this; fails at the end of all, or when nothing comes.
    @discardableResult
    func read(until text: String) throws -> String {
        // One output may come in several events.
        while !read.replacingOccurrences(of: #""}}{"stdout":{"text":""#, with: "").contains(text) {
            try #require(try readMore(), "\(text) does not come, but \(read)\(errorText)")
        }
        return read
    }

    /// The result, when it is whole.
    func result() throws -> [String: Any] {
        try read(until: #"{"result":"#)
        let mark = try #require(read.range(of: #"{"result":"#))
        while true {
            let json = Data(read[mark.upperBound...].dropLast().utf8)
            if let result = try? JSONSerialization.jsonObject(with: json) as? [String: Any] { return result }
            try #require(try readMore(), "the result does not end: \(read)\(errorText)")
        }
    }

    /// - Returns: false at the end, or when nothing has come for long.
    private func readMore() throws -> Bool {
        var poller = pollfd(fd: runner.output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, 30_000) == 1 else { return false }
        let data = runner.output.fileHandleForReading.availableData
        read += String(decoding: data, as: UTF8.self)
        return !data.isEmpty
    }

    /// What it has said on stderr, when it has ended, for which it has a moment.
    var errorText: String {
        try? hangUp()
        return String(decoding: runner.errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// - Returns: the status that it exits with.
    func awaitExit() throws -> Int32 {
        try eventually("it does not end") { !process.isRunning }
        return process.terminationStatus
    }
}
