import Foundation
import TestSupport
import Testing

extension IntegrationTests.WithoutEngine {
    /// What the Engine may do to a run whose container has waited.
    @Suite(.serialized) struct WaitingFaults {
        @Test func `a daemon that ends with the stream is docker.container.stream.read, and the run not done again`()
            throws
        {
            let isDying = Flag()
            let daemon = Self.daemonWithWaiting { path in
                if isDying.isSet { return .death }
                return path.contains("/attach") ? .answersAtEnd([], after: 1) : nil
            }
            let server = try Self.serverWithWaiting(daemon)
            let client = try server.begin(body: #"{"image":"any","payload":{}}"#)
            try eventually("the image is not checked") { daemon.log.filter { $0.hasPrefix("GET /images/") }.count >= 2 }
            isDying.set()
            let answer = try client.response()
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read", "\(answer.text)")
        }

        @Test func `a warm run whose image check is not answered has its result, and is executed once`() throws {
            let isAsked = Flag()
            let daemon = Self.daemonWithWaiting { path in
                guard path.hasPrefix("/images/") && isAsked.isSet else { return nil }
                return .silence
            }
            let server = try Self.serverWithWaiting(daemon, ["DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1"])
            isAsked.set()
            let answer = try server.post(#"{"image":"any","payload":{}}"#)
            #expect(answer.text == #"{"warm":true}"#)
            #expect(answer.isWarm)
            #expect(answer.headers["server-timing"]?.contains("check;dur=") == true)
            #expect(!daemon.log.contains { $0.hasPrefix("POST /containers/docker-run-") && !$0.contains("-warm-") })
        }

        @Test func `a run that needs a second container has the time that the first has left`() throws {
            // The first one ends without a word after a second; the second one says nothing at all.
            let daemon = Self.daemonWithWaiting { path in
                if path.contains("/docker-run-warm-") && path.contains("/attach") { return .answersAtEnd([], after: 1) }
                return path.contains("/attach") ? .openStream([]) : nil
            }
            let server = try Self.serverWithWaiting(daemon, ["RUN_MAX_EXECUTION_TIME": "1"])
            let answer = try server.post(#"{"image":"any","payload":{}}"#)
            #expect(answer.errorCode == "limits.execution_time")
            // A second for the program, and one for the runner's answer, in all.
            let parts = (answer.headers["server-timing"] ?? "").components(separatedBy: ", ").dropFirst(2)
            let times = parts.compactMap { Double($0.components(separatedBy: "dur=").last ?? "") }
            #expect(parts.first?.hasPrefix("retry;dur=1") == true)
            #expect(times.count == 4 && times.reduce(0, +) < 3000, "\(parts)")
        }

        /// One container of it waits already.
        private static func serverWithWaiting(
            _ daemon: StubDaemon, _ changes: [String: String] = [:]
        ) throws -> ServerUnderTest {
            let settings = [
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "POOL_MAX_IDLE": "1", "POOL_IMAGES": "any=1",
                "LOG_LEVEL": "debug",
            ]
            let server = try ServerUnderTest(settings.merging(changes) { $1 })
            try eventually("none waits") { server.logText.contains("a container waits") }
            return server
        }

        /// Its containers wait for the end of their stdin and then answer.
        private static func daemonWithWaiting(
            _ reply: @escaping @Sendable (String) -> StubDaemon.Reply?
        ) -> StubDaemon {
            StubDaemon { _, path in
                if let reply = reply(path) { return reply }
                if path.hasPrefix("/events") { return .bytesAndSilence(Array("HTTP/1.1 200 OK\r\n\r\n".utf8)) }
                if path.hasPrefix("/images/") { return .answer(200, #"{"Id":"sha256:1"}"#) }
                if path.hasPrefix("/containers/docker-run-warm-") {
                    if path.hasSuffix("/json") { return .answer(200, #"{"Image":"sha256:1"}"#) }
                    if path.contains("/attach") { return .answersAtEnd(StubDaemon.frame(1, #"{"warm":true}"#)) }
                }
                return nil
            }
        }
    }
}
