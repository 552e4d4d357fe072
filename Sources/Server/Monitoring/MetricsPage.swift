internal import DockerRun
internal import FoundationEssentials
internal import Metrics

/// All that `GET /metrics` says. It is put together when it is asked for, from numbers that are kept where they arise.
struct MetricsPage: Sendable {
    let version: String
    let requests: RequestMetrics
    let runs: RunMetrics
    let service: RunService
    let settings: RunService.Settings
    let streams: EventStreams
    let dialogues: Dialogues
    private let started = Date().timeIntervalSince1970

    /// Names of images come from clients: so many are told apart, the others are summed up as `other`.
    static let maximumImages = 20

    init(
        version: String, requests: RequestMetrics, runs: RunMetrics, service: RunService, settings: RunService.Settings,
        streams: EventStreams, dialogues: Dialogues
    ) {
        self.version = version
        self.requests = requests
        self.runs = runs
        self.service = service
        self.settings = settings
        self.streams = streams
        self.dialogues = dialogues
    }

    var text: String {
        var page = MetricsText()
        page.begin("docker_run_build_info", .gauge, "Which version this is; always 1.")
        page.add(1, ["version": version])
        addRequests(to: &page)
        let statistics = service.statistics
        addRuns(statistics, to: &page)
        addStruckLimits(to: &page)
        addPool(statistics, to: &page)
        addDocker(statistics.calls, to: &page)
        addProcess(to: &page)
        return page.text
    }

    private func addRequests(to page: inout MetricsText) {
        page.begin(
            "docker_run_http_requests_total", .counter,
            "Requests by route and status; 499 is a client that left before its answer.")
        for (answer, count) in requests.answers.values.sorted(by: { $0.key < $1.key }) {
            page.add(count, ["route": answer.route, "status": "\(answer.status)"])
        }
        page.begin("docker_run_errors_total", .counter, "Answers with an error, by its code.")
        for (code, count) in requests.errors.values.sorted(by: { $0.key < $1.key }) {
            page.add(count, ["code": code])
        }
        page.add("docker_run_connections", .gauge, "Connections of clients that are open.", requests.connections.open)
        page.add(
            "docker_run_connections_shed_total", .counter,
            "Connections without a request that were closed for new ones, as SERVER_MAX_CONNECTIONS were open.",
            requests.connections.haveGivenWay)
    }

    private func addRuns(_ statistics: RunService.Statistics, to page: inout MetricsText) {
        page.add("docker_run_runs_in_flight", .gauge, "Workers that are busy with a run.", statistics.busyWorkers)
        page.add("docker_run_runs_waiting", .gauge, "Runs that wait for a worker.", statistics.waitingRuns)
        page.add("docker_run_workers", .gauge, "SERVER_WORKER_THREADS.", settings.workers)
        page.add("docker_run_queue_capacity", .gauge, "SERVER_QUEUE_SIZE.", settings.queueSize)
        page.add("docker_run_streams", .gauge, "Runs whose clients are sent events meanwhile.", streams.count)
        addInteractiveRuns(statistics, to: &page)
        page.begin("docker_run_facade_runs_total", .counter, "Runs that were asked of a façade.")
        for (name, count) in runs.facadeRuns.values.sorted(by: { $0.key < $1.key }) {
            page.add(count, ["facade": name])
        }
        page.begin(
            "docker_run_run_duration_seconds", .histogram,
            "From a run's request to its answer, whatever that is, by warm or cold container.")
        page.add(runs.coldTotal.snapshot, ["start": "cold"])
        page.add(runs.warmTotal.snapshot, ["start": "warm"])
        page.begin(
            "docker_run_run_phase_duration_seconds", .histogram,
            "Parts of runs, as Server-Timing names them, by warm or cold container.")
        for isWarm in [false, true] {
            for phase in RunMetrics.Phase.allCases {
                guard let histogram = runs.parts[.init(phase: phase, isWarm: isWarm)] else { continue }
                page.add(histogram.snapshot, ["phase": phase.rawValue, "start": isWarm ? "warm" : "cold"])
            }
        }
    }

    private func addInteractiveRuns(_ statistics: RunService.Statistics, to page: inout MetricsText) {
        page.add("docker_run_websockets", .gauge, "WebSockets that are open, with a run or before it.", dialogues.count)
        page.add(
            "docker_run_interactive_runs_in_flight", .gauge, "Interactive runs that go on.", statistics.interactiveRuns)
        page.add("docker_run_interactive_capacity", .gauge, "INTERACTIVE_MAX_RUNS.", settings.maxInteractive)
        page.begin(
            "docker_run_interactive_runs_total", .counter,
            "Interactive runs that have ended, by warm or cold container.")
        let counts = runs.interactiveRuns.values
        page.add(counts[false] ?? 0, ["start": "cold"])
        page.add(counts[true] ?? 0, ["start": "warm"])
    }

    private func addStruckLimits(to page: inout MetricsText) {
        page.begin(
            "docker_run_struck_limits_total", .counter,
            "Runs that ran into a limit, which the server kept or code-runner tells of.")
        let counts = runs.struckLimits.values
        for limit in StruckLimit.allCases { page.add(counts[limit] ?? 0, ["limit": limit.rawValue]) }
    }

    private func addPool(_ statistics: RunService.Statistics, to page: inout MetricsText) {
        page.begin("docker_run_pool_containers", .gauge, "Containers that wait for a payload, by image.")
        let containers = Self.bounded(statistics.idleByImage)
        for (image, count) in containers.sorted(by: { $0.key < $1.key }) { page.add(count, ["image": image]) }
        page.add(
            "docker_run_pool_memory_bytes", .gauge,
            "Memory that waiting containers take, as images say.",
            statistics.idleMemory)
        page.add(
            "docker_run_pool_memory_max_bytes", .gauge, "POOL_MAX_MEMORY: what they may take.", statistics.maxIdleMemory
        )
        let counters = statistics.pool
        page.add("docker_run_pool_hits_total", .counter, "Runs that got a waiting container.", counters.hits)
        page.add("docker_run_pool_misses_total", .counter, "Runs for which none waited.", counters.misses)
        page.add("docker_run_pool_refills_total", .counter, "Containers that were made to wait.", counters.refills)
        page.add(
            "docker_run_pool_deaths_total", .counter,
            "Containers that ended while they waited, or before they had answered anything.", counters.deaths)
        page.add(
            "docker_run_reaper_backlog", .gauge, "Containers that are to be removed and have not been.",
            statistics.removals)
    }

    /// The images of which most wait, and the sum of the others.
    static func bounded(_ countByImage: [String: Int]) -> [String: Int] {
        let ranked = countByImage.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var bounded = Dictionary(uniqueKeysWithValues: ranked.prefix(maximumImages).map { ($0.key, $0.value) })
        for (_, count) in ranked.dropFirst(maximumImages) { bounded["other", default: 0] += count }
        return bounded
    }

    private func addDocker(_ calls: DockerCallMetrics, to page: inout MetricsText) {
        page.add(
            "docker_run_docker_warnings_total", .counter,
            "Remarks of the Docker daemon about containers that it created or updated, such as that a limit is discarded.",
            calls.warnings)
        page.begin(
            "docker_run_docker_call_duration_seconds", .histogram,
            "From a call to the Docker daemon to its answer, whatever that is.")
        for call in DockerCall.Name.allCases {
            guard let histogram = calls.durations[call] else { continue }
            page.add(histogram.snapshot, ["call": call.rawValue])
        }
        page.begin(
            "docker_run_docker_call_failures_total", .counter,
            "Calls to the Docker daemon without an answer, or with one that is an error, by reason.")
        let failures = calls.failures.values
        for call in DockerCall.Name.allCases {
            for reason in DockerCallMetrics.Reason.allCases {
                let count = failures[.init(call, reason)] ?? 0
                page.add(count, ["call": call.rawValue, "reason": reason.rawValue])
            }
        }
    }

    private func addProcess(to page: inout MetricsText) {
        page.begin("process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")
        page.add(started)
        guard let usage = ProcessUsage() else { return }
        page.begin("process_cpu_seconds_total", .counter, "CPU time of the process, user and system.")
        page.add(usage.cpu)
        page.add(
            "process_resident_memory_bytes", .gauge, "Memory of the process that is resident.", usage.residentBytes)
        page.add("process_open_fds", .gauge, "Descriptors that the process has open.", usage.openDescriptors)
        page.add("process_max_fds", .gauge, "Descriptors that the process may open.", usage.maximumDescriptors)
    }
}
