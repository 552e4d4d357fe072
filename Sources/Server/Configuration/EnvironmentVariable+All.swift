internal import DockerRun
internal import Logging

extension EnvironmentVariable {
    static let all = server + docker + container + run + interactive + pool + log

    private static let server: [EnvironmentVariable] = [
        .init("SERVER_LISTEN_ADDR", .required, "IP address to listen on", \.server.listenAddress, ValueParser.address),
        .init(
            "SERVER_LISTEN_PORT", .required, "TCP port to listen on", \.server.listenPort,
            ValueParser.integer(1...65535)),
        .init(
            "SERVER_METRICS_ADDR", .none("they are served with everything else"),
            "ADDRESS:PORT, or [ADDRESS]:PORT for IPv6, that alone serves /healthz, /readyz and /metrics",
            \.server.metricsAddress, ValueParser.optional(ValueParser.listenAddress)),
        .init(
            "SERVER_WORKER_THREADS", .required, "simultaneous runs, at most \(ThreadShare.maximumRuns)",
            \.runs.workers,
            ValueParser.integer(1...ThreadShare.maximumRuns, reason: "one process has no more threads for runs")),
        .init(
            "SERVER_QUEUE_SIZE", .value("100"), "runs that may wait for a worker; further ones get a 503",
            \.runs.queueSize, ValueParser.integer(0...1_000_000)),
        .init(
            "SERVER_MAX_BODY_SIZE", .value("2097152"), "largest request body, in bytes", \.server.maxBodySize,
            ValueParser.integer(1...1_073_741_824, unit: "bytes")),
        .init(
            "SERVER_MAX_CONNECTIONS", .none("4096, or as many as the limit of open files allows"),
            "clients' connections that may be open at once; beyond that, those that wait for a request give way",
            \.server.maxConnections, ValueParser.optional(ValueParser.integer(64...1_000_000))),
        .init(
            "SERVER_SHUTDOWN_GRACE", .none("RUN_MAX_EXECUTION_TIME + 5"),
            "seconds that runs get to finish when the server is told to stop", \.server.shutdownGrace,
            ValueParser.optional(ValueParser.integer(0...86400, unit: "seconds"))),
        .init(
            "SERVER_CORS_ORIGINS", .value(""),
            "origins of pages that browsers let ask this server, such as https://example.org, separated by spaces; * is any",
            \.server.corsOrigins, ValueParser.origins),
        .init(
            "SERVER_HOSTS", .value(""),
            "names of this server, such as run.example.org, separated by spaces: what asks without a token has to use one of them, localhost or an address",
            \.server.hosts, ValueParser.hosts),
        .init(
            "SERVER_PLAYGROUND", .value("true"), "false leaves out /playground, a page from which programs are run",
            \.server.hasPlayground, ValueParser.boolean),
        .init(
            "API_ACCESS_TOKEN", .none("API_ACCESS_TOKEN_FILE is required"), "token that clients send as X-Access-Token",
            secret: true, \.server.accessTokens, ValueParser.tokens),
        .init(
            "API_ACCESS_TOKEN_FILE", .none("API_ACCESS_TOKEN is required"),
            "file of tokens, one a line; SIGHUP rereads it",
            \.server.accessTokenFile, ValueParser.optional(ValueParser.absolutePath)),
        .init(
            "API_FACADES", .value("mcp"),
            "other systems whose clients are served: mcp, piston, sandboxfusion, separated by spaces",
            \.server.facades.served,
            ValueParser.facades),
        .init(
            "API_PUBLIC_FACADES", .value(""),
            "those of them that need no token; whoever reaches the server can run programs",
            \.server.facades.open, ValueParser.facades),
        .init(
            "PISTON_STRICT_VERSIONS", .value("false"),
            "true has Piston's clients get a language only in the version that they ask for",
            \.server.facades.hasStrictVersions, ValueParser.boolean),
    ]

    private static let docker: [EnvironmentVariable] = [
        .init(
            "DOCKER_UNIX_SOCKET_PATH", .required, "the Docker Engine's socket", \.runs.docker.socketPath,
            ValueParser.socketPath),
        .init(
            "DOCKER_UNIX_SOCKET_READ_TIMEOUT", .required, "seconds to wait for the Engine's answer",
            \.runs.docker.readTimeout, ValueParser.integer(1...3600, unit: "seconds")),
        .init(
            "DOCKER_UNIX_SOCKET_WRITE_TIMEOUT", .required, "seconds to wait for a connection or a stalled write",
            \.runs.docker.writeTimeout, ValueParser.integer(1...3600, unit: "seconds")),
    ]

    private static let container: [EnvironmentVariable] = [
        .init(
            "DOCKER_CONTAINER_HOSTNAME", .required, "hostname inside the container", \.runs.container.hostname,
            ValueParser.text),
        .init(
            "DOCKER_CONTAINER_USER", .required, "user, by name or number, that the image's command runs as",
            \.runs.container.user, ValueParser.text),
        // 6 MiB is the least that the Docker Engine accepts.
        .init(
            "DOCKER_CONTAINER_MEMORY", .required, "memory limit in bytes; no swap is added", \.runs.container.memory,
            ValueParser.integer(6_291_456...Int.max, unit: "bytes")),
        .init(
            "DOCKER_CONTAINER_NETWORK_DISABLED", .required, "true leaves the container without a network",
            \.runs.container.networkDisabled, ValueParser.boolean),
        .init(
            "DOCKER_CONTAINER_ULIMIT_NOFILE_SOFT", .required, "soft limit of open files",
            \.runs.container.openFiles.soft, ValueParser.integer(1...1_073_741_816)),
        .init(
            "DOCKER_CONTAINER_ULIMIT_NOFILE_HARD", .required, "hard limit of open files",
            \.runs.container.openFiles.hard, ValueParser.integer(1...1_073_741_816)),
        .init(
            "DOCKER_CONTAINER_ULIMIT_NPROC_SOFT", .required,
            "soft limit of the user's processes, counted over the whole host", \.runs.container.processes.soft,
            ValueParser.integer(1...Int.max)),
        .init(
            "DOCKER_CONTAINER_ULIMIT_NPROC_HARD", .required,
            "hard limit of the user's processes, counted over the whole host", \.runs.container.processes.hard,
            ValueParser.integer(1...Int.max)),
        .init(
            "DOCKER_CONTAINER_CAP_DROP", .required, "capabilities to drop, separated by spaces, or ALL",
            \.runs.container.capDrop, ValueParser.words),
        .init(
            "DOCKER_CONTAINER_CAP_ADD", .value(""), "capabilities to add, separated by spaces", \.runs.container.capAdd,
            ValueParser.words),
        .init(
            "DOCKER_CONTAINER_READONLY_ROOTFS", .value("false"), "true makes the image's file system read-only",
            \.runs.container.readonlyRootfs, ValueParser.boolean),
        .init(
            "DOCKER_CONTAINER_TMP_DIR_PATH", .none("not mounted"), "where to mount a tmpfs for temporary files",
            \.runs.container.temporaryDirectory.path, ValueParser.optional(ValueParser.absolutePath)),
        .init(
            "DOCKER_CONTAINER_TMP_DIR_OPTIONS", .value("rw,noexec,nosuid,size=65536k"), "its mount options",
            \.runs.container.temporaryDirectory.options, ValueParser.text),
        .init(
            "DOCKER_CONTAINER_WORK_DIR_PATH", .none("not mounted"), "where to mount a tmpfs for the code",
            \.runs.container.workDirectory.path, ValueParser.optional(ValueParser.absolutePath)),
        .init(
            "DOCKER_CONTAINER_WORK_DIR_OPTIONS", .value("rw,exec,nosuid,size=131072k"), "its mount options",
            \.runs.container.workDirectory.options, ValueParser.text),
        .init(
            "DOCKER_CONTAINER_RUNTIME", .none("the Engine's default"), "OCI runtime, such as crun or runsc",
            \.runs.container.runtime, ValueParser.optional(ValueParser.text)),
        .init(
            "DOCKER_CONTAINER_PIDS_LIMIT", .value("512"), "processes and threads in one container",
            \.runs.container.pidsLimit, ValueParser.integer(1...4_194_304)),
        .init(
            "DOCKER_CONTAINER_CPUS", .none("no limit"), "CPUs that one container may use, such as 0.5",
            \.runs.container.nanoCPUs, ValueParser.optional(ValueParser.cpus)),
        .init(
            "DOCKER_CONTAINER_NO_NEW_PRIVILEGES", .value("true"), "true keeps setuid programs from gaining rights",
            \.runs.container.noNewPrivileges, ValueParser.boolean),
        .init(
            "DOCKER_CONTAINER_OPTIONAL_LIMITS", .value(""),
            "limits that may be missing where the Engine cannot keep them: memory, swap, pids, cpus, runtime, separated by spaces",
            \.runs.container.optionalLimits, ValueParser.optionalLimits),
        .init(
            "DEBUG_KEEP_CONTAINER", .value("false"), "true leaves containers behind, stopped, for inspection",
            \.runs.container.keep, ValueParser.boolean),
    ]

    private static let run: [EnvironmentVariable] = [
        .init(
            "RUN_MAX_EXECUTION_TIME", .required, "seconds that a run may take", \.runs.run.maxExecutionTime,
            ValueParser.integer(1...86400, unit: "seconds")),
        .init(
            "RUN_MAX_OUTPUT_SIZE", .required, "bytes that a run may put out", \.runs.run.maxOutputSize,
            ValueParser.integer(RunSettings.leastOutputSize...1_073_741_824, unit: "bytes")),
        .init(
            "RUN_ALLOWED_IMAGES", .none("every local image"),
            "images that may be run, separated by spaces; * stands for any characters", \.runs.run.allowedImages,
            ValueParser.optional(ValueParser.imagePatterns)),
        .init(
            "RUN_BUILTIN_RUNNER_PATH", .none("\"runner\": \"builtin\" is refused"),
            "path of code-runner on the Engine's host, or volume:NAME, a volume of the Engine that has it",
            \.runs.container.builtinRunner, ValueParser.optional(ValueParser.builtinRunner)),
        .init(
            "RUN_LANGUAGES", .value(""),
            "languages beside those of images: language=image, separated by spaces; language=image:builtin for the mounted code-runner",
            \.runs.run.languages, ValueParser.languages),
        .init(
            "RUN_RUNTIMES", .value(""),
            "OCI runtimes of images that need another: pattern=runtime, separated by spaces; the first that fits counts",
            \.runs.container.imageRuntimes, ValueParser.runtimes),
        .init(
            "RUN_REPLY_AT", .value("result"),
            "result answers as soon as the result is complete, exit when the container has ended too",
            \.runs.run.replyAt,
            ValueParser.choice(RunSettings.ReplyMoment.self)),
    ]

    private static let interactive: [EnvironmentVariable] = [
        .init(
            "INTERACTIVE_MAX_RUNS", .none("half of SERVER_WORKER_THREADS, at least 1"),
            "simultaneous interactive runs, beside the others; 0 turns them off", \.runs.interactive.maxRuns,
            ValueParser.optional(ValueParser.integer(0...ThreadShare.maximumRuns))),
        .init(
            "INTERACTIVE_MAX_TIME", .value("300"), "seconds that an interactive run may take",
            \.runs.interactive.maxTime, ValueParser.integer(1...86400, unit: "seconds")),
        .init(
            "INTERACTIVE_MAX_OUTPUT_SIZE", .value("16777216"), "bytes of events of an interactive run",
            \.runs.interactive.maxOutputSize,
            ValueParser.integer(RunSettings.leastOutputSize...1_073_741_824, unit: "bytes")),
        .init(
            "INTERACTIVE_IDLE_TIME", .value("60"),
            "seconds after which an interactive run is ended in which nothing was typed and nothing printed",
            \.runs.interactive.idleTime, ValueParser.integer(1...86400, unit: "seconds")),
    ]

    private static let pool: [EnvironmentVariable] = [
        .init(
            "POOL_MAX_IDLE", .none("SERVER_WORKER_THREADS"),
            "containers that may wait, started, for a payload; 0 turns the pool off", \.runs.pool.maxIdle,
            ValueParser.optional(ValueParser.integer(0...4096))),
        .init(
            "POOL_MAX_MEMORY", .none("a quarter of the memory of the Engine's machine"),
            "bytes of it that waiting containers may take, as far as their images say how much; 0 turns the pool off",
            \.runs.pool.maxMemory, ValueParser.optional(ValueParser.integer(0...Int.max, unit: "bytes"))),
        .init(
            "POOL_IMAGES", .value(""),
            "containers that always wait: image=count, separated by spaces; image=count:builtin for the mounted code-runner",
            \.runs.pool.images, ValueParser.warmImages),
        .init(
            "POOL_IDLE_TIMEOUT", .value("300"), "seconds after which a container that nobody needed is given up",
            \.runs.pool.idleTimeout, ValueParser.integer(1...86400, unit: "seconds")),
        .init(
            "PRELUDE", .value("on"), "on, off or always: whether languages get ready while their containers wait",
            \.runs.run.prelude, ValueParser.choice(RunSettings.Prelude.self)),
    ]

    private static let log: [EnvironmentVariable] = [
        .init(
            "LOG_LEVEL", .value("info"), "trace, debug, info, notice, warning, error or critical", \.log.level,
            ValueParser.choice(Logger.Level.self)),
        .init("LOG_FORMAT", .value("text"), "text or json", \.log.format, ValueParser.choice(LogSettings.Format.self)),
    ]
}
