import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite(.serialized) struct Monitoring {
        @Test func `health, readiness and metrics need no token`() throws {
            let server = try ServerUnderTest()
            for path in ["/healthz", "/readyz", "/metrics"] {
                let answer = try server.get(path, token: nil)
                #expect(answer.status == 200, "\(path): \(answer.text)")
            }
            #expect(try server.get("/healthz").json as? [String: String] == ["status": "alive"])
            #expect(try server.get("/readyz").json as? [String: String] == ["status": "ready"])
            #expect(try server.connect().request("HEAD", "/readyz").status == 200)
            #expect(try server.connect().request("POST", "/readyz").headers["allow"] == "GET, HEAD")
        }

        @Test func `an address of its own serves them, and the main port does not`() throws {
            let port = try ServerUnderTest.freePort()
            let server = try ServerUnderTest(["SERVER_METRICS_ADDR": "127.0.0.1:\(port)"])
            for path in ["/healthz", "/readyz", "/metrics"] {
                #expect(try TestClient(.port(port)).request("GET", path).status == 200)
                #expect(try server.get(path).status == 404)
            }
            let run = try TestClient(.port(port)).request("POST", "/run", body: Array("{}".utf8))
            #expect(run.status == 404)
            let text = try TestClient(.port(port)).request("GET", "/metrics").text
            #expect(text.contains("docker_run_http_requests_total{route=\"/healthz\",status=\"200\"} 1\n"))
            #expect(text.contains("docker_run_http_requests_total{route=\"other\",status=\"404\"} 4\n"))
        }

        // MARK: Readiness

        @Test func `a server without a daemon is alive and not ready`() throws {
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": "/nowhere/docker.sock"])
            let answer = try server.get("/readyz", token: nil)
            #expect(answer.status == 503)
            #expect(answer.errorCode == "docker.unixsocket")
            #expect(answer.message.contains("/nowhere/docker.sock"))
            #expect(try server.get("/healthz", token: nil).status == 200)
        }

        @Test func `a daemon that is frozen makes the server not ready in a moment, and holds up nothing else`() throws
        {
            let isFrozen = Flag()
            let daemon = StubDaemon { _, path in isFrozen.isSet && path == "/_ping" ? .silence : nil }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "600",
            ])
            isFrozen.set()
            let probes = try (0..<3).map { _ in
                let client = try server.connect()
                client.send("GET /readyz HTTP/1.1\r\nHost: test\r\n\r\n")
                return client
            }
            try eventually("the daemon is not asked") { daemon.log.contains("GET /_ping") }
            #expect(try server.get("/healthz", token: nil).status == 200)
            #expect(try server.get("/metrics", token: nil).status == 200)
            #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 200)
            for probe in probes {
                let answer = try probe.response()
                #expect(answer.status == 503)
                #expect(answer.errorCode == "docker.ping")
            }
        }

        @Test func `a server becomes ready again when its daemon is back`() throws {
            let isMended = Flag()
            let daemon = StubDaemon { _, path in
                path == "/_ping" && !isMended.isSet ? .answer(500, #"{"message":"out of luck"}"#) : nil
            }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            let answer = try server.get("/readyz", token: nil)
            #expect(answer.status == 503)
            #expect(answer.message == "Failed to ping docker: out of luck")
            isMended.set()
            try eventually("it is never ready") { try server.get("/readyz", token: nil).status == 200 }
        }

        @Test func `many probes cost the daemon few calls`() throws {
            let daemon = StubDaemon { _, _ in nil }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            let began = ContinuousClock.now
            let statuses = try inParallel(8) { _ in try (0..<50).map { _ in try server.get("/readyz").status } }
            #expect(statuses.joined().allSatisfy { $0 == 200 })
            let seconds = Int((ContinuousClock.now - began).components.seconds)
            #expect(daemon.log.filter { $0 == "GET /_ping" }.count <= seconds + 2)
        }

        @Test func `a server whose queue is full is not ready`() throws {
            let server = try ServerUnderTest(["SERVER_WORKER_THREADS": "1", "SERVER_QUEUE_SIZE": "0"])
            #expect(try server.get("/readyz", token: nil).status == 200)
            let running = try server.begin(script: "read line </dev/null; sleep 3; echo '{}'")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            let answer = try server.get("/readyz", token: nil)
            #expect(answer.status == 503)
            #expect(answer.errorCode == "server.overloaded")
            #expect(try running.response().status == 200)
            try eventually("it is never ready") { try server.get("/readyz", token: nil).status == 200 }
        }

        @Test func `a server that stops is alive and not ready until it ends`() throws {
            let port = try ServerUnderTest.freePort()
            let server = try ServerUnderTest(["SERVER_METRICS_ADDR": "127.0.0.1:\(port)"])
            func get(_ path: String) throws -> TestClient.Response { try TestClient(.port(port)).request("GET", path) }
            #expect(try get("/readyz").status == 200)
            let running = try server.begin(script: "sleep 3; echo '{\"a\":1}'")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            let idle = try TestClient(.port(port))
            #expect(try idle.request("GET", "/healthz").status == 200)
            kill(server.pid, SIGTERM)
            try eventually("it does not stop") { server.logText.contains("stopping") }
            let answer = try get("/readyz")
            #expect(answer.status == 503)
            #expect(answer.errorCode == "server.shutting_down")
            #expect(try get("/healthz").status == 200)
            #expect(try get("/metrics").text.contains("docker_run_runs_in_flight 1\n"))
            #expect(try running.response().text == #"{"a":1}"#)
            #expect(try server.awaitExit() == 0)
            withExtendedLifetime(idle) {}
        }

        @Test func `on the main port, a connection that is open learns that the server stops`() throws {
            let server = try ServerUnderTest()
            let client = try server.connect()
            #expect(try client.request("GET", "/readyz").status == 200)
            let running = try server.begin(script: "sleep 3; echo '{}'")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            kill(server.pid, SIGTERM)
            try eventually("it does not stop") { server.logText.contains("stopping") }
            #expect(try client.request("GET", "/readyz").errorCode == "server.shutting_down")
            #expect(try running.response().status == 200)
            #expect(try server.awaitExit() == 0)
        }

        // MARK: Metrics

        @Test func `runs, requests, errors, calls and containers are counted`() throws {
            let server = try ServerUnderTest(["POOL_MAX_IDLE": "1", "LOG_LEVEL": "debug"])
            #expect(try server.run(script: "echo '{}'").status == 200)
            try server.awaitWaiting(1)
            #expect(try server.run(script: "echo '{}'").isWarm)
            #expect(try server.run("no-such-image").status == 400)
            #expect(try server.get("/no/such/path").status == 404)
            #expect(try server.get("/version", token: nil).status == 401)
            var metrics = try ServerMetrics(server)
            // The end of a run and the removal of its container come after its answer.
            try eventually("not everything is counted") {
                metrics = try ServerMetrics(server)
                let runs = ["hits", "misses"].compactMap { metrics.values["docker_run_pool_\($0)_total"] }.reduce(0, +)
                let removals = metrics.values[#"docker_run_docker_call_duration_seconds_count{call="remove"}"#] ?? 0
                return runs == 3 && removals > 0
            }
            #expect(metrics.contentType == "text/plain; version=0.0.4; charset=utf-8")
            let expected: [Substring: Double] = [
                #"docker_run_http_requests_total{route="/run",status="200"}"#: 2,
                #"docker_run_http_requests_total{route="/run",status="400"}"#: 1,
                #"docker_run_http_requests_total{route="/version",status="401"}"#: 1,
                #"docker_run_http_requests_total{route="other",status="404"}"#: 1,
                #"docker_run_errors_total{code="docker.container.create"}"#: 1,
                #"docker_run_errors_total{code="not_found"}"#: 1,
                #"docker_run_run_duration_seconds_count{start="warm"}"#: 1,
                #"docker_run_run_duration_seconds_count{start="cold"}"#: 2,
                #"docker_run_run_phase_duration_seconds_count{phase="start",start="cold"}"#: 1,
                #"docker_run_run_phase_duration_seconds_count{phase="run",start="warm"}"#: 1,
                "docker_run_pool_hits_total": 1, "docker_run_pool_misses_total": 2, "docker_run_pool_deaths_total": 0,
                #"docker_run_docker_call_failures_total{call="create",reason="refused"}"#: 1,
                #"docker_run_docker_call_failures_total{call="attach",reason="timeout"}"#: 0,
                "docker_run_runs_waiting": 0, "docker_run_workers": 4, "docker_run_queue_capacity": 100,
            ]
            for (sample, value) in expected { #expect(metrics.values[sample] == value, "\(sample)") }
            func calls(_ name: String) -> Double {
                metrics.values["docker_run_docker_call_duration_seconds_count{call=\"\(name)\"}"] ?? 0
            }
            for call in ["create", "attach", "start", "inspect", "remove", "list", "events"] {
                #expect(calls(call) > 0, "\(call)")
            }
            // Which of the two a warm run makes depends on where the engine keeps its images.
            #expect(calls("inspect_image") + calls("past_events") > 0)
            try eventually("none waits") {
                try ServerMetrics(server).values[#"docker_run_pool_containers{image="docker-run-test/shell"}"#] == 1
            }
            #expect(metrics.text.contains("docker_run_build_info{version=\""))
            #expect(!metrics.text.contains("no/such/path"))
        }

        @Test func `a call that the daemon does not answer is counted as timed out`() throws {
            let daemon = StubDaemon { _, path in path.contains("/create") ? .silence : nil }
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1",
            ])
            #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 500)
            let sample: Substring = #"docker_run_docker_call_failures_total{call="create",reason="timeout"}"#
            #expect(try ServerMetrics(server).values[sample] == 1)
        }

        @Test func `containers that the daemon does not remove are the reaper's backlog`() throws {
            let daemon = StubDaemon { method, _ in method == "DELETE" ? .answer(500, "{}") : nil }
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": daemon.path])
            for _ in 0..<3 { #expect(try server.post(#"{"image":"any","payload":{}}"#).status == 200) }
            try eventually("it is never there") { try ServerMetrics(server).values["docker_run_reaper_backlog"] == 3 }
        }

        @Test func `what the process uses is what the kernel says`() throws {
            let server = try ServerUnderTest()
            let metrics = try ServerMetrics(server)
            let memory = try #require(metrics.values["process_resident_memory_bytes"])
            #expect(abs(memory / 1024 - Double(server.residentKilobytes)) < 4096)
            let descriptors = try #require(metrics.values["process_open_fds"])
            #expect(abs(descriptors - Double(server.descriptorCount)) < 8)
            let started = try #require(metrics.values["process_start_time_seconds"])
            #expect(abs(started - Date().timeIntervalSince1970) < 600)
            #expect(abs(try #require(metrics.values["process_cpu_seconds_total"]) - server.cpuSeconds) < 1)
            #expect(try #require(metrics.values["process_max_fds"]) > descriptors)
        }
    }
}
