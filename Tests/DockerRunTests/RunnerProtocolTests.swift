import Foundation
import Glibc
import Logging
import Synchronization
import TestSupport
import Testing

@testable import DockerRun

/// What is said to runners besides their payload: when their stdin ends.
struct RunnerProtocolTests {
    @Test(
        arguments: [
            ("1", .first), ("2", .second), ("3", nil), ("", nil), ("02", nil), (" 2", nil), ("2 ", nil), ("1 2", nil),
            ("2\u{301}", nil), ("\u{662}", nil),
        ] as [(String, RunnerProtocol?)])
    func `a label that is not known to the letter says nothing`(_ value: String, _ expected: RunnerProtocol?) throws {
        let config = ["Config": ["Labels": ["docker-run.protocol": value]]]
        let body = try JSONSerialization.data(withJSONObject: config)
        let inspection = ContainerInspection(DockerAnswer(status: 200, body: Array(body)))
        #expect(try inspection.runnerProtocol() == expected)
    }

    @Test(arguments: [#"{"Config":{"Labels":null}}"#, #"{"Config":{"Labels":{}}}"#, "{}"])
    func `an image without the label says nothing`(_ body: String) throws {
        #expect(try ContainerInspection(DockerAnswer(status: 200, body: Array(body.utf8))).runnerProtocol() == nil)
    }

    private static let result = #"{"stdout":"x"}"#

    /// A container whose stdin is looked at: when its run has been told of its first event, and to its end after the result.
    private final class Container: Sendable {
        private let first = #"{"stdout":{"text":"x"}}"#
        private let hasBeenHeard = Flag()
        private let result: String
        /// Whether stdin had ended before the result came; nil as long as that is not known.
        let hasEndedBefore = Mutex<Bool?>(nil)
        let hasEnded = Flag()

        init(printing result: String) { self.result = result }

        func observe(_ event: RunEvent) {
            // The payload was sent, and perhaps ended, before anything was read.
            if case .runner = event { hasBeenHeard.set() }
        }

        func talk(_ descriptor: Int32) {
            var buffer = [UInt8](repeating: 0, count: 65536)
            recv(descriptor, &buffer, 1, Int32(MSG_PEEK))
            send(descriptor, StubDaemon.frame(1, first))
            guard (try? eventually("the event is not heard", { hasBeenHeard.isSet })) != nil else { return }
            var count = 1
            while count > 0 { count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)) }
            hasEndedBefore.withLock { $0 = count == 0 }
            send(descriptor, StubDaemon.frame(1, result))
            while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
            hasEnded.set()
        }

        private func send(_ descriptor: Int32, _ bytes: [UInt8]) {
            _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    /// - Parameter label: of the image; nil is the built-in runner.
    private func ending(
        _ label: String?, isWarm: Bool, _ replyAt: RunSettings.ReplyMoment, _ container: Container
    ) throws -> Result<ArraySlice<UInt8>, RunError> {
        let attached = Atomic(0)
        let daemon = StubDaemon { _, path in
            if path.contains("/attach") {
                let isFirst = attached.wrappingAdd(1, ordering: .relaxed).newValue == 1
                return isFirst ? .talk(container.talk) : .openStream([])
            }
            if path.hasPrefix("/images/") { return .answer(200, #"{"Id":"a"}"#) }
            guard path.hasPrefix("/containers/docker") && path.hasSuffix("/json") else { return nil }
            let labels = label.map { #""docker-run.protocol":"\#($0)""# } ?? ""
            return .answer(
                200, #"{"Image":"a","State":{"Running":false,"ExitCode":0},"Config":{"Labels":{\#(labels)}}}"#)
        }
        let runner = label == nil ? RunRequest.CodeRunner.builtin : .image
        var settings = RunService.Settings()
        settings.docker.socketPath = daemon.path
        settings.docker.readTimeout = 5
        settings.container.builtinRunner = .path("/code-runner")
        settings.run.replyAt = replyAt
        settings.pool.maxIdle = isWarm ? 1 : 0
        if isWarm { settings.pool.images = [.init(image: "any", count: 1, runner: runner)] }
        let service = RunService(
            settings, name: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        service.start()
        defer { service.close() }
        if isWarm { try eventually("no container waits") { service.statistics.idleByImage == ["any": 1] } }
        let ended = Mutex<RunReport?>(nil)
        let request = RunRequest(image: "any", runner: runner, payload: Array("{}".utf8)[...], streams: true)
        _ = try service.submit(request) { event in
            container.observe(event)
            if case .ended(let report) = event { ended.withLock { $0 = report } }
        }
        try eventually("the run does not end") { ended.withLock { $0 != nil } }
        let end = ended.withLock(\.self)
        let report = try #require(end)
        #expect(report.timings.isWarm == isWarm)
        return report.result
    }

    @Test(
        arguments: [nil, "1", "2"],
        [(false, .result), (false, .exit), (true, .exit)] as [(Bool, RunSettings.ReplyMoment)])
    func `a runner that waits for the end of its stdin has it with the result, and any other with its payload`(
        _ label: String?, _ way: (isWarm: Bool, replyAt: RunSettings.ReplyMoment)
    ) throws {
        let container = Container(printing: #"{"result":\#(Self.result)}"#)
        let ending = try ending(label, isWarm: way.isWarm, way.replyAt, container)
        #expect(try String(decoding: ending.get(), as: UTF8.self) == Self.result)
        let hasEndedBefore = container.hasEndedBefore.withLock(\.self)
        #expect(hasEndedBefore == (label == "1"))
        try eventually("stdin does not end") { container.hasEnded.isSet }
    }

    @Test func `stdin ends as well when nothing can make a result of what was printed`() throws {
        let container = Container(printing: #"{"result":5}"#)
        let ending = try ending("2", isWarm: false, .result, container)
        guard case .failure(.stdout) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(container.hasEnded.isSet)
    }
}
