import Foundation
import Glibc
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Server

extension IntegrationTests.WithoutEngine {
    /// Answers in pieces, and connections that endpoints take over, over sockets.
    @Suite(.serialized) struct Streaming {
        /// Writes so many bytes on a thread of its own, and waits whenever it is told to.
        private final class Source: Sendable {
            let written = Atomic(0)
            let isGone = Flag()
            private let total: Int
            private let mayGoOn = DispatchSemaphore(value: 0)

            init(_ total: Int) {
                self.total = total
            }

            func respond(_ request: Request, _ responder: Responder) -> Answer {
                let stream = BodyStream(
                    whenDrained: { self.mayGoOn.signal() },
                    whenGone: {
                        self.isGone.set()
                        self.mayGoOn.signal()
                    })
                Thread.detachNewThread { self.write(to: stream, responder) }
                return .later {}
            }

            private func write(to stream: BodyStream, _ responder: Responder) {
                responder.send(Response(.stream(stream)))
                var count = 0
                while count < total, !isGone.isSet {
                    let piece = (count..<min(total, count + 10_000)).map { UInt8(truncatingIfNeeded: $0) }
                    let hasRoom = stream.write(piece)
                    count += piece.count
                    written.store(count, ordering: .relaxed)
                    if !hasRoom { mayGoOn.wait() }
                }
                stream.end()
            }
        }

        @Test func `an answer in pieces arrives whole, and its source waits for a client that does not read`() throws {
            let source = Source(20_000_000)
            let server = try HTTPServerUnderTest(["/stream": source.respond])
            let client = try server.connect()
            client.send(HTTPServerUnderTest.post("/stream"))
            // Until the kernels on both sides are full, and then nothing more.
            var count = -1
            while source.written.load(ordering: .relaxed) != count {
                count = source.written.load(ordering: .relaxed)
                usleep(300_000)
            }
            #expect(count < 20_000_000)
            let body = try client.response().body
            #expect(body.count == 20_000_000)
            #expect(body.enumerated().allSatisfy { $1 == UInt8(truncatingIfNeeded: $0) })
            #expect(try client.request("GET", "/").status == 200)
            try eventually("no line in the log") { server.logText.contains("sent_bytes=20000000") }
        }

        @Test(arguments: [true, false])
        func `the source hears of a client that leaves, also of one that only stops sending`(_ leaves: Bool) throws {
            let source = Source(1 << 40)
            let server = try HTTPServerUnderTest(["/stream": source.respond])
            var client: TestClient? = try server.connect()
            client?.send(HTTPServerUnderTest.post("/stream"))
            try eventually("nothing is written") { source.written.load(ordering: .relaxed) > 0 }
            if leaves { client = nil } else if let client { shutdown(client.descriptor, Int32(SHUT_WR)) }
            try eventually("it goes on") { source.isGone.isSet }
            try eventually("no line in the log") { server.logText.contains("status=499") }
            withExtendedLifetime(client) {}
        }

        @Test func `an endpoint takes a connection over and echoes, until it has enough`() throws {
            let server = try HTTPServerUnderTest([
                "/echo": { _, _ in
                    let output = BodyStream()
                    let tunnel = Tunnel(output: output) { bytes in
                        output.write(bytes)
                        if bytes.last == UInt8(ascii: ".") { output.end() }
                    }
                    var response = Response(status: 101, .tunnel(tunnel))
                    response.headers.append("Connection", "Upgrade")
                    response.headers.append("Upgrade", "echo")
                    return .now(response)
                }
            ])
            let client = try server.connect()
            client.send(HTTPServerUnderTest.post("/echo", "Connection: Upgrade\r\nUpgrade: echo") + "early")
            let answer = try client.response()
            #expect(answer.status == 101)
            #expect(answer.headers["upgrade"] == "echo")
            #expect(try client.receive(5) == Array("early".utf8))
            let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 % 7) }
            for start in stride(from: 0, to: bytes.count, by: 50_000) {
                let piece = bytes[start..<start + 50_000]
                client.send(piece)
                #expect(try client.receive(piece.count).elementsEqual(piece))
            }
            client.send("end.")
            #expect(try client.receive(4) == Array("end.".utf8))
            #expect(try client.isClosedByPeer())
            try eventually("no line in the log") { server.logText.contains("status=101") }
            try eventually("it is still there") { server.metrics.connections.open == 0 }
        }
    }
}
