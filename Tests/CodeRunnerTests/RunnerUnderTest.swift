import Foundation
import Glibc
import TestSupport
import Testing

/// A code-runner whose stdin stays open. It is killed when the object goes.
final class RunnerUnderTest {
    let process = Process()
    private let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "code-runner-test-\(UUID().uuidString)")
    private var read = ""

    /// - Parameters:
    ///   - isInteractive: or else there are events alone.
    ///   - instructions: of the server, beside these.
    init(
        _ payload: [String: Any], isInteractive: Bool = true, instructions: String = "", arguments: [String] = []
    ) throws {
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "code-runner")
        process.arguments = ["--path", directory.path()] + arguments
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        let json = String(decoding: try JSONSerialization.data(withJSONObject: payload), as: UTF8.self)
        let all = #""stream":true"# + (isInteractive ? #","interactive":true"# : "") + instructions
        try say(#"{"docker-run":{\#(all)},\#(json.dropFirst())"#)
    }

    deinit {
        // Tests run with all signals blocked, and what they start begins so.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    func say(_ json: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(json.utf8)) }

    func type(_ text: String) throws {
        let json = try JSONSerialization.data(withJSONObject: ["stdin": ["text": text]])
        try say(String(decoding: json, as: UTF8.self))
    }

    func hangUp() throws { try input.fileHandleForWriting.close() }

    /// Bytes that were said and that it has not read.
    var unheard: Int {
        var count: Int32 = 0
        _ = ioctl(input.fileHandleForWriting.fileDescriptor, UInt(FIONREAD), &count)
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
        var poller = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, 30_000) == 1 else { return false }
        let data = output.fileHandleForReading.availableData
        read += String(decoding: data, as: UTF8.self)
        return !data.isEmpty
    }

    /// What it has said on stderr, when it has ended, for which it has a moment.
    var errorText: String {
        try? input.fileHandleForWriting.close()
        return String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// - Returns: the status that it exits with.
    func awaitExit() throws -> Int32 {
        try eventually("it does not end") { !process.isRunning }
        return process.terminationStatus
    }
}
