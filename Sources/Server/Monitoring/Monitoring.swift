internal import DockerRun

/// Health and metrics: what is asked of the server about itself, without a token.
///
/// The two workers are not among those that a shutdown closes: a server that stops shall say so.
struct Monitoring: Sendable {
    let requests: RequestMetrics
    let runs: RunMetrics
    let readiness: Readiness
    let routes: [Router.Route]

    /// Connections that may be open at an address of its own. One is enough for Prometheus, and one for a balancer.
    static let maximumConnections = 64
    /// Questions that may wait for their worker.
    private static let queueSize = 64

    init(_ service: RunService, _ settings: RunService.Settings, version: String) {
        requests = RequestMetrics()
        runs = RunMetrics()
        readiness = Readiness(service)
        let page = MetricsPage(version: version, requests: requests, runs: runs, service: service, settings: settings)
        routes = [
            .init(method: .get, path: "/healthz", requiresToken: false, endpoint: HealthEndpoint()),
            .init(
                method: .get, path: "/readyz", requiresToken: false,
                endpoint: ReadinessEndpoint(
                    readiness: readiness,
                    worker: WorkerPool(name: "readyz", .service, workers: 1, capacity: Self.queueSize))),
            .init(
                method: .get, path: "/metrics", requiresToken: false,
                endpoint: MetricsEndpoint(
                    page: page, worker: WorkerPool(name: "metrics", .service, workers: 1, capacity: Self.queueSize))),
        ]
    }

    /// Serves at an address of its own. A shutdown does not close it: it answers for as long as the server is kept.
    func serve(
        at address: ListenAddress, on loop: EventLoop, _ accessTokens: AccessTokens, _ log: RequestLog
    ) throws(EventLoopError) -> HTTPServer {
        let server = try HTTPServer(
            loop: loop, router: Router(accessTokens, maxBodySize: 0, routes: routes),
            limits: .init(maxBodySize: 0, maxConnections: Self.maximumConnections), log: log, metrics: requests)
        _ = try server.listen(address: address.address, port: address.port)
        return server
    }
}
