import Foundation
import TestSupport
import Testing

extension IntegrationTests.WithoutEngine {
    /// What may keep a container from being removed.
    @Suite(.serialized) struct RemovalFaults {
        @Test func `a container that a failed create may have left is removed by its name`() throws {
            let daemon = StubDaemon { _, path in path.hasPrefix("/containers/create") ? .silence : nil }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1",
            ])
            let answer = try server.post(#"{"image":"any","payload":{}}"#)
            let id = try #require(answer.headers["x-request-id"])
            try eventually("it is not removed: \(daemon.log)") {
                daemon.log.contains("DELETE /containers/docker-run-\(id)?v=1&force=1")
            }
        }

        @Test func `a removal that fails is tried again until the container is gone`() throws {
            let attempts = Counter()
            let daemon = StubDaemon { method, _ in
                guard method == "DELETE" else { return nil }
                return attempts.next() < 3 ? .answer(500, #"{"message":"device or resource busy"}"#) : nil
            }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 200)
            try eventually("given up: \(daemon.log)") { daemon.log.filter { $0.hasPrefix("DELETE") }.count == 4 }
        }

        @Test func `what the daemon was still creating when its client died is removed within ten seconds`() throws {
            let isCreated = Flag()
            let daemon = Self.daemonWithLeftover(isCreated, answers: false)
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            try eventually("nobody looks") { daemon.log.filter { $0.hasPrefix("GET /containers/json") }.count == 3 }
            isCreated.set()
            try eventually("it is not removed: \(server.logText)", within: 10) {
                daemon.log.contains("DELETE /containers/docker-run-left?v=1&force=1")
            }
            #expect(daemon.log.contains { $0.hasPrefix("DELETE /volumes/docker-run-alive-dead-") })
        }

        @Test func `a container of a process that lives is left alone for as long as it says so`() throws {
            let isCreated = Flag()
            isCreated.set()
            let daemon = Self.daemonWithLeftover(isCreated, answers: true)
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            try eventually("it is not asked again and again") {
                daemon.log.filter { $0 == "POST /volumes/create" }.count == 3
            }
            #expect(!daemon.log.contains { $0.hasPrefix("DELETE /containers") })
            #expect(server.logText.components(separatedBy: "another server lives").count == 2)
        }

        @Test func `a question that a killed server left is removed, once its asker is known to be dead`() throws {
            let daemon = StubDaemon { method, path in
                guard method == "GET" && path.hasPrefix("/volumes?") else { return nil }
                // The new server's own question to each process stays, unless it is the one that lives.
                let name = ["dead", "alive"].first { path.contains("docker-run-alive-\($0)-") }
                if name == "dead" { return .answer(200, #"{"Volumes":[{"Name":"docker-run-alive-dead-1"}]}"#) }
                guard name == nil && path.contains("docker-run.server") else { return nil }
                let questions = ["dead", "alive"].map {
                    #"{"Name":"docker-run-alive-0-\#($0)","Labels":{"docker-run.instance":"\#($0)"}}"#
                }
                return .answer(200, #"{"Volumes":[\#(questions.joined(separator: ","))]}"#)
            }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            try eventually("it is not removed: \(server.logText)", within: 10) {
                daemon.log.contains("DELETE /volumes/docker-run-alive-0-dead")
            }
            try eventually("the other is not asked again") { server.logText.contains("another server lives") }
            #expect(!daemon.log.contains("DELETE /volumes/docker-run-alive-0-alive"))
        }

        /// It has a container of another process of the server, which answers that it lives or does not.
        private static func daemonWithLeftover(_ isCreated: Flag, answers: Bool) -> StubDaemon {
            StubDaemon { method, path in
                if path.hasPrefix("/containers/json") && isCreated.isSet {
                    return .answer(200, #"[{"Names":["/docker-run-left"],"Labels":{"docker-run.instance":"dead"}}]"#)
                }
                guard method == "GET" && path.hasPrefix("/volumes") else { return nil }
                let isAsked = path.contains("docker-run-alive-dead-") && !answers
                return .answer(
                    200, isAsked ? #"{"Volumes":[{"Name":"docker-run-alive-dead-1"}]}"# : #"{"Volumes":null}"#)
            }
        }

        @Test func `a stop waits for the container that an unanswered create may yet leave`() throws {
            let attempts = Counter()
            let daemon = StubDaemon { method, path in
                if path.hasPrefix("/containers/create") { return .silence }
                guard method == "DELETE" else { return nil }
                return attempts.next() < 2 ? .answer(404, #"{"message":"no such container"}"#) : nil
            }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1",
            ])
            #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 500)
            kill(server.pid, SIGTERM)
            #expect(try server.awaitExit() == 0)
            #expect(daemon.log.filter { $0.hasPrefix("DELETE /containers") }.count == 3)
        }

        @Test func `a removal that hangs holds up no other`() throws {
            let attempts = Counter()
            let daemon = StubDaemon { method, _ in method == "DELETE" && attempts.next() == 0 ? .silence : nil }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "600",
                "SERVER_WORKER_THREADS": "2",
            ])
            for _ in 0..<6 { #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 200) }
            try eventually("more than one is left: \(daemon.log)") {
                try ServerMetrics(server).values["docker_run_reaper_backlog"] == 1
            }
        }

        private final class Counter: @unchecked Sendable {
            private let lock = NSLock()
            private var count = 0

            func next() -> Int {
                lock.withLock {
                    defer { count += 1 }
                    return count
                }
            }
        }

        @Test func `a container whose create call was cut off by the daemon's end is removed when there is one again`()
            throws
        {
            let isDying = Flag()
            var daemon = StubDaemon { _, path in isDying.isSet && path.contains("/create") ? .death : nil }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            let body = #"{"image":"any","payload":{}}"#
            // It leaves a connection behind, which the next run takes: libcurl repeats a call that fails on such a one.
            #expect(try server.post(body).status == 200)
            try eventually("it is not removed") { daemon.log.contains { $0.hasPrefix("DELETE") } }
            isDying.set()
            let answer = try server.post(body)
            #expect(answer.status == 500)
            daemon = StubDaemon(at: daemon.path) { _, _ in nil }
            let id = try #require(answer.headers["x-request-id"])
            try eventually("it is not removed") {
                daemon.log.contains { $0.hasPrefix("DELETE /containers/docker-run-\(id)?") }
            }
        }
    }
}
