internal import DockerRun
internal import Facades
internal import Glibc
internal import HTTP
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
    /// What the daemon is asked for besides runs has a worker of its own, so that one which does not answer costs no run its
    /// place.
    private let inquiries = WorkerPool(name: "inquiries", .service, workers: 1, capacity: 16)
    /// What clients of other systems send is read by workers of its own: a run that waits for its turn shall keep nobody from
    /// hearing which tools there are.
    private let translators: WorkerPool
    private let monitoring: Monitoring
    private let streams = EventStreams()
    private let dialogues = Dialogues()

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
        translators = WorkerPool(
            name: "translator", .service, workers: 2, capacity: settings.runs.queueSize + settings.runs.workers)
        service = RunService(settings.runs, name: settings.server.identity, logger: logger)
        monitoring = Monitoring(service, settings.runs, version: serverVersion, streams: streams, dialogues: dialogues)
    }

    /// - Returns: the status to exit with, once the server has stopped.
    func serve() throws -> Int32 {
        try checkEngine()
        let loop = try EventLoop()
        loop.onSignal(SIGHUP) { accessTokens.reload(logger) }
        let observer = RequestObserver(requestLog, monitoring.requests)
        let listener = Listener(
            on: loop, router, try limits(), observer: observer,
            singularFields: Access.fields)
        let grace = settings.server.shutdownGrace ?? settings.runs.run.maxExecutionTime + 5
        let shutdown = Shutdown(
            .init(grace: Double(grace)), loop: loop, listener: listener, service: service,
            inquiries: [inquiries, translators],
            dialogues: dialogues, readiness: monitoring.readiness, notifier: notifier, handsOver: socket != nil,
            logger: logger)
        for signal in [SIGTERM, SIGINT] { loop.onSignal(signal) { shutdown.signalled() } }
        ControlSignals.unblock()
        let port = try listen(listener)
        let monitoringListener = try settings.server.metricsAddress.map {
            try monitoring.serve(at: $0, on: loop, accessTokens, observer)
        }
        service.start()
        logListening(on: port)
        if let interval = notifier.aliveInterval { loop.every(interval) { notifier.send(.alive) } }
        loop.every(EventStreams.commentInterval) { streams.comment() }
        loop.every(Dialogues.interval) { dialogues.tick() }
        notifier.send(.ready)
        withExtendedLifetime(monitoringListener) { loop.run() }
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

    /// - Returns: the port.
    private func listen(_ listener: Listener) throws(SetupError) -> Int {
        guard let socket else {
            return try listener.listen(
                at: SocketAddress(address: settings.server.listenAddress, port: settings.server.listenPort))
        }
        try listener.listen(on: socket.descriptor)
        return socket.port
    }

    private var router: Router {
        let crossOrigin = CrossOrigin(origins: settings.server.corsOrigins)
        let access = Access(tokens: accessTokens, maxBodySize: settings.server.maxBodySize)
        let facades = facades(access)
        return Router(routes(access) + facades.routes, preflight: crossOrigin.preflight) { response, head in
            facades.complete(&response, head)
            crossOrigin.complete(&response, head)
        } response: {
            Response($0)
        }
    }

    private func routes(_ access: Access) -> [Route] {
        [
            access.open(.get, "/", InfoEndpoint(version: serverVersion)),
            access.open(.get, "/openapi.yaml", DescriptionEndpoint()),
            access.withToken(.get, "/version", EngineEndpoint.version(service, inquiries)),
            access.withToken(.get, "/languages", EngineEndpoint.languages(service, inquiries)),
            access.withToken(.post, "/run", RunEndpoint(runs: runs)),
            webSocketRoute(access),
        ]
            + (settings.server.hasPlayground ? PlaygroundEndpoint.routes(access) : [])
            + (settings.server.metricsAddress == nil ? monitoring.routes(access) : [])
    }

    /// Who has no token yet may send it as the first message, and gives way until then.
    private func webSocketRoute(_ access: Access) -> Route {
        let endpoint = DialogueEndpoint(
            access: access, foreignPages: foreignPages, surroundings: dialogueSurroundings)
        let isOff = settings.runs.maxInteractive == 0
        return Route(
            .get, "/run", givesWay: true, maximumBodySize: settings.server.maxBodySize, upgrade: "websocket",
            admit: { isOff ? .noInteractiveRuns : endpoint.refusal(of: $0) }, endpoint)
    }

    private func facades(_ access: Access) -> ServedFacades {
        ServedFacades(
            settings.server.facades, access, foreignPages,
            .init(
                runs: runs, dialogues: settings.runs.maxInteractive == 0 ? nil : dialogueSurroundings,
                limits: .init(
                    executionTime: Double(settings.runs.run.maxExecutionTime), memory: settings.runs.container.memory),
                translators: translators))
    }

    private var runs: AnsweredRuns { AnsweredRuns(service: service, metrics: monitoring.runs, streams: streams) }

    private var foreignPages: ForeignPages {
        ForeignPages(origins: settings.server.corsOrigins, hosts: settings.server.hosts)
    }

    private var dialogueSurroundings: Dialogue.Surroundings {
        .init(
            service: service, metrics: monitoring.runs, tokens: accessTokens,
            maxMessageSize: settings.server.maxBodySize, dialogues: dialogues)
    }

    private func limits() throws -> Listener.Limits {
        .init(
            maxConnections: try DescriptorLimit.raise(
                workers: settings.runs.workers + settings.runs.maxInteractive, waitingContainers: settings.runs.maxIdle,
                connections: settings.server.maxConnections,
                monitoringConnections: settings.server.metricsAddress == nil ? 0 : Monitoring.maximumConnections))
    }

    private func logListening(on port: Int) {
        logger.notice(
            "listening",
            metadata: [
                "address": "\(settings.server.listenAddress)", "port": "\(port)", "version": "\(serverVersion)",
                "workers": "\(settings.runs.workers)", "interactive": "\(settings.runs.maxInteractive)",
                "identity": "\(settings.server.identity)",
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
