internal import ArgumentParser
internal import DockerRun
internal import FoundationEssentials
internal import Glibc
internal import Logging

/// Wires the parts together and runs them. The parts themselves are elsewhere.
@main struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-run", abstract: "Runs untrusted code in transient Docker containers, over HTTP.",
        discussion: Options.discussion, version: serverVersion)

    @OptionGroup var options: Options

    func run() throws {
        let environment = Environment(ProcessInfo.processInfo.environment)
        if options.printConfig { print(environment.summary) }
        let settings: Configuration
        do {
            settings = try environment.configuration()
        } catch {
            throw Failure("The configuration has faults:\n\(error)")
        }
        let unknown = environment.unknownVariables.map { "\($0) is not a variable of docker-run; see --help" }
        guard !options.checkConfig && !options.printConfig else {
            for warning in unknown { print("# warning: \(warning)") }
            if options.checkConfig { print("# The configuration is good.") }
            return
        }
        throw ExitCode(try Self.serve(settings, warnings: unknown))
    }

    /// - Returns: the status to exit with, once the server has stopped.
    private static func serve(_ settings: DockerRun.Configuration, warnings: [String]) throws -> Int32 {
        Self.prepareSignals()
        let notifier = ServiceNotifier(ServiceVariables.take(ServiceNotifier.variables))
        let sink = LogSink(settings.log.format)
        let logger = Logger(label: "docker-run") { _ in LineLogHandler(settings.log, sink: sink) }
        defer { sink.flush() }
        for warning in warnings { logger.warning("\(warning)") }
        let socket = try PassedSocket(ServiceVariables.take(PassedSocket.variables))
        let settings = Self.settings(settings, listeningOn: socket, logger)

        let dockerCalls = DockerCallMetrics()
        let docker = DockerClient(settings.docker, dockerCalls)
        let identity = ServerIdentity(settings.server)
        let reaper = Reaper(settings, docker: docker, logger: logger)
        let runner = Runner(settings, docker: docker, identity: identity, reaper: reaper, logger: logger)
        let imageWatcher = ImageWatcher(docker: docker, pool: runner.pool, logger: logger)
        let sweeper = Sweeper(docker: docker, reaper: reaper, identity: identity, logger: logger)
        let workers = WorkerPool(
            name: "worker", workers: settings.server.workerThreads, capacity: settings.server.queueSize)
        // GET /version has a worker of its own, so that a daemon which does not answer costs no run its place.
        let versionWorker = WorkerPool(name: "version", workers: 1, capacity: 16)
        let runs = RunRegistry()
        let monitoring = Monitoring(
            settings.docker, version: serverVersion, dockerCalls: dockerCalls, workers: workers,
            containerPool: runner.pool, reaper: reaper)
        let accessTokens = AccessTokens(settings.server)
        let router = Router(
            accessTokens, maxBodySize: settings.server.maxBodySize,
            routes: [
                .init(
                    method: .get, path: "/", requiresToken: false, endpoint: InfoEndpoint(version: serverVersion)),
                .init(
                    method: .get, path: "/openapi.yaml", requiresToken: false, endpoint: DescriptionEndpoint()),
                .init(
                    method: .get, path: "/version", requiresToken: true,
                    endpoint: VersionEndpoint(docker: docker, worker: versionWorker)),
                .init(
                    method: .post, path: "/run", requiresToken: true,
                    endpoint: RunEndpoint(
                        runner: runner, workers: workers, runs: runs, metrics: monitoring.runs,
                        settings: settings.run)),
            ] + (settings.server.metricsAddress == nil ? monitoring.routes : []))

        let loop = try EventLoop()
        loop.onSignal(SIGHUP) { accessTokens.reload(logger) }
        let limits = HTTPServer.Limits(
            maxBodySize: settings.server.maxBodySize,
            maxConnections: try DescriptorLimit.raise(
                workers: settings.server.workerThreads, waitingContainers: settings.maxIdle,
                monitoringConnections: settings.server.metricsAddress == nil ? 0 : Monitoring.maximumConnections))
        let log = RequestLog(settings.log, sink: sink)
        let server = try HTTPServer(
            loop: loop, router: router, limits: limits, log: log, metrics: monitoring.requests)
        let shutdown = Shutdown(
            settings, loop: loop, server: server, workerPools: [workers, versionWorker], runs: runs,
            containerPool: runner.pool, ledger: reaper.ledger, readiness: monitoring.readiness, notifier: notifier,
            handsOver: socket != nil, logger: logger)
        let port =
            try socket.map(server.listen)
            ?? server.listen(address: settings.server.listenAddress, port: settings.server.listenPort)
        let monitoringServer = try settings.server.metricsAddress.map {
            try monitoring.serve(at: $0, on: loop, accessTokens, log)
        }
        sweeper.start()
        if !runner.pool.isOff {
            imageWatcher.start()
            runner.pool.start()
        }
        logger.notice(
            "listening",
            metadata: [
                "address": "\(settings.server.listenAddress)", "port": "\(port)", "version": "\(serverVersion)",
                "workers": "\(settings.server.workerThreads)", "identity": "\(identity.name)",
            ])
        if let interval = notifier.aliveInterval { loop.every(interval) { notifier.send(.alive) } }
        notifier.send(.ready)
        withExtendedLifetime(monitoringServer) { loop.run() }
        let counters = runner.pool.counters
        logger.notice(
            "stopped",
            metadata: [
                "pool_hits": "\(counters.hits)", "pool_misses": "\(counters.misses)",
                "pool_refills": "\(counters.refills)", "pool_deaths": "\(counters.deaths)",
            ])
        return shutdown.status
    }

    /// The service manager's socket, if there is one, decides where the server listens.
    private static func settings(
        _ settings: DockerRun.Configuration, listeningOn socket: PassedSocket?, _ logger: Logger
    ) -> DockerRun.Configuration {
        guard let socket else { return settings }
        if (socket.address, socket.port) != (settings.server.listenAddress, settings.server.listenPort) {
            logger.warning(
                "the service manager's socket decides where to listen, not SERVER_LISTEN_ADDR and SERVER_LISTEN_PORT")
        }
        var settings = settings
        settings.server.listenAddress = socket.address
        settings.server.listenPort = socket.port
        return settings
    }

    private static func prepareSignals() {
        // That a peer is gone is told by write(2).
        signal(SIGPIPE, SIG_IGN)
        // Blocked signals stay blocked over execve(2): whoever started us may have had reasons that are not ours.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        sigprocmask(SIG_UNBLOCK, &signals, nil)
    }
}
