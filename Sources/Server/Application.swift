internal import DockerRun
internal import Glibc
internal import Logging

/// Wires the parts together and runs them until the server is told to stop. What each part does is told there.
struct Application {
    private let settings: DockerRun.Configuration
    private let socket: PassedSocket?
    private let notifier: ServiceNotifier
    private let logger: Logger
    private let requestLog: RequestLog
    private let accessTokens: AccessTokens
    private let identity: ServerIdentity
    private let docker: DockerClient
    private let reaper: Reaper
    private let runner: Runner
    private let runs = RunRegistry()
    private let workers: WorkerPool
    /// GET /version has a worker of its own, so that a daemon which does not answer costs no run its place.
    private let versionWorker = WorkerPool(name: "version", .service, workers: 1, capacity: 16)
    private let monitoring: Monitoring

    init(
        _ settings: DockerRun.Configuration, listeningOn socket: PassedSocket?, notifier: ServiceNotifier,
        logger: Logger, sink: LogSink
    ) {
        self.settings = settings
        self.socket = socket
        self.notifier = notifier
        self.logger = logger
        requestLog = RequestLog(settings.log, sink: sink)
        accessTokens = AccessTokens(settings.server)
        identity = ServerIdentity(settings.server)
        let dockerCalls = DockerCallMetrics()
        docker = DockerClient(settings.docker, dockerCalls)
        reaper = Reaper(settings, docker: docker, logger: logger)
        runner = Runner(settings, docker: docker, identity: identity, reaper: reaper, logger: logger)
        workers = WorkerPool(
            name: "worker", .runs, workers: settings.server.workerThreads, capacity: settings.server.queueSize)
        monitoring = Monitoring(
            settings.docker, version: serverVersion, dockerCalls: dockerCalls, workers: workers,
            containerPool: runner.pool, reaper: reaper)
    }

    /// - Returns: the status to exit with, once the server has stopped.
    func serve() throws -> Int32 {
        try checkEngine()
        let loop = try EventLoop()
        loop.onSignal(SIGHUP) { accessTokens.reload(logger) }
        let server = try HTTPServer(
            loop: loop,
            router: Router(accessTokens, maxBodySize: settings.server.maxBodySize, routes: routes),
            limits: try limits(), log: requestLog, metrics: monitoring.requests)
        let shutdown = Shutdown(
            settings, loop: loop, server: server, workerPools: [workers, versionWorker], runs: runs,
            containerPool: runner.pool, ledger: reaper.ledger, readiness: monitoring.readiness, notifier: notifier,
            handsOver: socket != nil, logger: logger)
        ControlSignals.unblock()
        let port =
            try socket.map(server.listen)
            ?? server.listen(address: settings.server.listenAddress, port: settings.server.listenPort)
        let monitoringServer = try settings.server.metricsAddress.map {
            try monitoring.serve(at: $0, on: loop, accessTokens, requestLog)
        }
        startContainers()
        logListening(on: port)
        if let interval = notifier.aliveInterval { loop.every(interval) { notifier.send(.alive) } }
        notifier.send(.ready)
        withExtendedLifetime(monitoringServer) { loop.run() }
        logStopped()
        return shutdown.status
    }

    private func checkEngine() throws {
        do throws(DockerError) {
            try runner.checkEngine()
        } catch .unsuitable(let faults) {
            throw Failure("The Docker Engine is not fit for this configuration:\n\(faults)")
        } catch {
            logger.warning("the Docker Engine cannot be asked what limits it keeps", metadata: ["reason": "\(error)"])
        }
    }

    private var routes: [Router.Route] {
        [
            .init(method: .get, path: "/", requiresToken: false, endpoint: InfoEndpoint(version: serverVersion)),
            .init(method: .get, path: "/openapi.yaml", requiresToken: false, endpoint: DescriptionEndpoint()),
            .init(
                method: .get, path: "/version", requiresToken: true,
                endpoint: VersionEndpoint(docker: docker, worker: versionWorker)),
            .init(
                method: .post, path: "/run", requiresToken: true,
                endpoint: RunEndpoint(
                    runner: runner, workers: workers, runs: runs, metrics: monitoring.runs, settings: settings.run)),
        ] + (settings.server.metricsAddress == nil ? monitoring.routes : [])
    }

    private func limits() throws -> HTTPServer.Limits {
        .init(
            maxBodySize: settings.server.maxBodySize,
            maxConnections: try DescriptorLimit.raise(
                workers: settings.server.workerThreads, waitingContainers: settings.maxIdle,
                connections: settings.server.maxConnections,
                monitoringConnections: settings.server.metricsAddress == nil ? 0 : Monitoring.maximumConnections))
    }

    /// Removes what a killed server left, and has containers wait for runs.
    private func startContainers() {
        Sweeper(docker: docker, reaper: reaper, identity: identity, logger: logger).start()
        guard !runner.pool.isOff else { return }
        ImageWatcher(docker: docker, pool: runner.pool, logger: logger).start()
        runner.pool.start()
    }

    private func logListening(on port: Int) {
        logger.notice(
            "listening",
            metadata: [
                "address": "\(settings.server.listenAddress)", "port": "\(port)", "version": "\(serverVersion)",
                "workers": "\(settings.server.workerThreads)", "identity": "\(identity.name)",
            ])
    }

    private func logStopped() {
        let counters = runner.pool.counters
        logger.notice(
            "stopped",
            metadata: [
                "pool_hits": "\(counters.hits)", "pool_misses": "\(counters.misses)",
                "pool_refills": "\(counters.refills)", "pool_deaths": "\(counters.deaths)",
            ])
    }
}
