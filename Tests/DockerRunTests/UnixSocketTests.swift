import Foundation
import TestSupport
import Testing

@testable import DockerRun

struct UnixSocketTests {
    @Test(arguments: [
        ("/nobody/listens/here", "is it running?"), (NSTemporaryDirectory(), "is it running?"),
        ("/" + String(repeating: "a", count: 107), "no socket can have so long a path"),
    ])
    func `where there is no daemon to connect to, the error names the path and says why`(
        _ path: String, _ reason: String
    ) throws {
        let error = try #require(throws: DockerError.self) { _ = try UnixSocket(connectedTo: path) }
        #expect(error == .cannotConnect("cannot connect to the Docker daemon at \(path): \(reason)"))
    }

    @Test func `what is closed at the other end can be read to its end, and takes nothing more`() throws {
        let daemon = StubDaemon { _, _ in .bytes(Array("HTTP/1.1 200 OK\r\n\r\n".utf8)) }
        let socket = try UnixSocket(connectedTo: daemon.path)
        let request = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"
        #expect(try socket.write(Array(request.utf8)[...]) == request.utf8.count)
        var answer: [UInt8] = []
        try eventually("it does not end: \(String(decoding: answer, as: UTF8.self))") {
            try withUnsafeTemporaryAllocation(byteCount: 100, alignment: 1) { buffer in
                while true {
                    switch try socket.read(into: buffer) {
                    case .bytes(let count): answer += buffer[..<count]
                    case .wouldBlock: return false
                    case .endOfStream: return true
                    }
                }
            }
        }
        #expect(answer.starts(with: "HTTP/1.1 200".utf8))
        try eventually("it takes bytes for ever") {
            do throws(DockerError) { _ = try socket.write(Array("no request\r\n\r\n".utf8)[...]) } catch { return true }
            return false
        }
    }
}
