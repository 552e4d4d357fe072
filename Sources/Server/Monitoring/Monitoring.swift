internal import DockerRun
internal import HTTP

/// Health and metrics: what is asked of the server about itself, without a token.
///
/// The two workers are not among those that a shutdown closes: a server that stops shall say so.
struct Monitoring: Sendable {
    let requests: RequestMetrics
    let runs: RunMetrics
    let readiness: Readiness
    private let health = HealthEndpoint()
    private let ready: ReadinessEndpoint
    private let page: MetricsEndpoint

    /// Connections that may be open at an address of its own. One is enough for Prometheus, and one for a balancer.
    static let maximumConnections = 64
    /// Questions that may wait for their worker.
    private static let queueSize = 64

    init(
        _ service: RunService, _ settings: RunService.Settings, version: String, streams: EventStreams,
        dialogues: Dialogues
    ) {
        requests = RequestMetrics()
        runs = RunMetrics()
        readiness = Readiness(service)
        ready = ReadinessEndpoint(
            readiness: readiness, worker: WorkerPool(name: "readyz", .service, workers: 1, capacity: Self.queueSize))
        page = MetricsEndpoint(
            page: MetricsPage(
                version: version, requests: requests, runs: runs, service: service, settings: settings,
                streams: streams, dialogues: dialogues),
            worker: WorkerPool(name: "metrics", .service, workers: 1, capacity: Self.queueSize))
    }

    func routes(_ access: Access) -> [Route] {
        [
            access.open(.get, "/healthz", health), access.open(.get, "/readyz", ready),
            access.open(.get, "/metrics", page),
        ]
    }

    /// Serves at an address of its own. A shutdown does not close it: it answers for as long as the server is kept.
    func serve(
        at address: ListenAddress, on loop: EventLoop, _ tokens: AccessTokens, _ observer: RequestObserver
    ) throws(SetupError) -> Listener {
        let access = Access(tokens: tokens, maxBodySize: 0)
        let listener = Listener(
            on: loop, Router(routes(access)) { Response($0) }, .init(maxConnections: Self.maximumConnections),
            observer: observer, singularFields: Access.fields)
        _ = try listener.listen(at: SocketAddress(address: address.address, port: address.port))
        return listener
    }
}
