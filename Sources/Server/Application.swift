internal import DockerRun
internal import Glibc
internal import Logging

/// Wires the parts together and runs them until the server is told to stop. What each part does is told there.
struct Application {
    private let settings: Settings
    private let socket: PassedSocket?
    private let notifier: ServiceNotifier
    private let logger: Logger
    private let requestLog: RequestLog
    private let accessTokens: AccessTokens
    private let service: RunService
    /// GET /version has a worker of its own, so that a daemon which does not answer costs no run its place.
    private let versionWorker = WorkerPool(name: "version", .service, workers: 1, capacity: 16)
    private let monitoring: Monitoring

    init(
        _ settings: Settings, listeningOn socket: PassedSocket?, notifier: ServiceNotifier,
        logger: Logger, sink: LogSink
    ) {
        self.settings = settings
        self.socket = socket
        self.notifier = notifier
        self.logger = logger
        requestLog = RequestLog(settings.log, sink: sink)
        accessTokens = AccessTokens(settings.server)
        service = RunService(settings.runs, name: settings.server.identity, logger: logger)
        monitoring = Monitoring(service, settings.runs, version: serverVersion)
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
            settings, loop: loop, server: server, service: service, versionWorker: versionWorker,
            readiness: monitoring.readiness, notifier: notifier, handsOver: socket != nil, logger: logger)
        ControlSignals.unblock()
        let port =
            try socket.map(server.listen)
            ?? server.listen(address: settings.server.listenAddress, port: settings.server.listenPort)
        let monitoringServer = try settings.server.metricsAddress.map {
            try monitoring.serve(at: $0, on: loop, accessTokens, requestLog)
        }
        service.start()
        logListening(on: port)
        if let interval = notifier.aliveInterval { loop.every(interval) { notifier.send(.alive) } }
        notifier.send(.ready)
        withExtendedLifetime(monitoringServer) { loop.run() }
        logStopped()
        return shutdown.status
    }

    private func checkEngine() throws {
        do throws(DockerError) {
            try service.checkEngine()
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
                endpoint: VersionEndpoint(service: service, worker: versionWorker)),
            .init(
                method: .post, path: "/run", requiresToken: true,
                endpoint: RunEndpoint(service: service, metrics: monitoring.runs)),
        ] + (settings.server.metricsAddress == nil ? monitoring.routes : [])
    }

    private func limits() throws -> HTTPServer.Limits {
        .init(
            maxBodySize: settings.server.maxBodySize,
            maxConnections: try DescriptorLimit.raise(
                workers: settings.runs.workers, waitingContainers: settings.runs.maxIdle,
                connections: settings.server.maxConnections,
                monitoringConnections: settings.server.metricsAddress == nil ? 0 : Monitoring.maximumConnections))
    }

    private func logListening(on port: Int) {
        logger.notice(
            "listening",
            metadata: [
                "address": "\(settings.server.listenAddress)", "port": "\(port)", "version": "\(serverVersion)",
                "workers": "\(settings.runs.workers)", "identity": "\(settings.server.identity)",
            ])
    }

    private func logStopped() {
        let counters = service.statistics.pool
        logger.notice(
            "stopped",
            metadata: [
                "pool_hits": "\(counters.hits)", "pool_misses": "\(counters.misses)",
                "pool_refills": "\(counters.refills)", "pool_deaths": "\(counters.deaths)",
            ])
    }
}
