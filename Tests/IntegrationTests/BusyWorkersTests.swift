import Glibc
import TestSupport
import Testing

extension IntegrationTests.WithoutEngine {
    /// The server with as many workers as it accepts, all of them busy with runs that do not end.
    @Suite(.serialized) struct BusyWorkers {
        private static let workers = 1000

        @Test func `while every worker is busy, the log, health, metrics, the pool and the reaper go on`() throws {
            try Self.raiseDescriptorLimit()
            let isPoolAllowed = Flag()
            let daemon = StubDaemon { method, path in
                switch true {
                case path.contains("/create?name=docker-run-warm-") && !isPoolAllowed.isSet:
                    .answer(500, #"{"message":"not yet"}"#)
                case path.contains("/attach"): .openStream([])
                case path.hasPrefix("/images/"): .answer(200, #"{"Id":"sha256:1"}"#)
                case method == "GET" && path.hasSuffix("/json"): .answer(200, #"{"Image":"sha256:1"}"#)
                default: nil
                }
            }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "SERVER_WORKER_THREADS": "\(Self.workers)",
                "RUN_MAX_EXECUTION_TIME": "600", "POOL_MAX_IDLE": "1", "POOL_IMAGES": "warm=1",
            ])
            var clients = try (0..<Self.workers).map { _ in try server.begin(body: #"{"image":"any","payload":{}}"#) }
            try eventually("not all are busy: \(server.logText)") {
                try ServerMetrics(server).values["docker_run_runs_in_flight"] == Double(Self.workers)
            }
            #expect(try server.get("/healthz", token: nil).status == 200)
            #expect(try server.get("/readyz", token: nil).status == 200)
            let id = try #require(try server.get("/").headers["x-request-id"])
            try eventually("the log stands still: \(server.logText)") { server.logText.contains("id=\(id) ") }

            isPoolAllowed.set()
            try eventually("the pool stands still: \(server.logText)") {
                try ServerMetrics(server).values[#"docker_run_pool_containers{image="warm"}"#] == 1
            }
            clients.removeLast()
            try eventually("the reaper stands still: \(server.logText)") {
                daemon.log.contains { $0.hasPrefix("DELETE /containers/docker-run-") && !$0.contains("-warm-") }
            }
        }

        /// This process has a connection to the server for each run, and the stub's side of those to the daemon.
        private static func raiseDescriptorLimit() throws {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = max(limit.rlim_cur, 20_000)
            limit.rlim_max = max(limit.rlim_max, limit.rlim_cur)
            let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
            try #require(isRaised, "the test needs 20,000 descriptors: ulimit -Hn")
        }
    }
}
