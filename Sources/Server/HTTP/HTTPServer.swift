internal import CEvent
internal import DockerRun
internal import Glibc

/// Accepts connections and hands whole requests to endpoints.
///
/// `@unchecked Sendable`: everything happens on the loop's thread, except that other threads hold it to send answers,
/// which they do through ``EventLoop/post(_:)``.
final class HTTPServer: @unchecked Sendable {
    struct Limits {
        /// Bytes of a request's body.
        var maxBodySize: Int
        /// How many connections may be open at once. Beyond that, whoever has waited longest without a token gives way.
        var maxConnections: Int
        /// Seconds for which a connection may stay open without a request. Longer than the usual proxies keep theirs (nginx
        /// and Amazon's 60, Go's 90, Caddy's 120): what they send on one that is just being closed meets a reset.
        var idleTimeout = 150.0
        /// Seconds in which a head must be there, from its first byte.
        var headTimeout = 60.0
        /// Seconds in which something of a body must come.
        var bodyTimeout = 60.0
        /// Seconds in which the client must take something of an answer.
        var writeTimeout = 60.0
        /// Seconds for which a refused client may go on sending.
        var lingerTimeout = 5.0
        /// Seconds that an idle connection stays open once the server ends: a request may be on its way.
        var lastRequestTimeout = 1.0
        /// Seconds after which a connection looks at its time, at the latest: so much later may a timeout be.
        var checkInterval = 10.0
    }

    let loop: EventLoop
    let router: Router
    let limits: Limits
    /// What the bodies of answers pass through on their way to evhttp.
    let scratch: OpaquePointer
    private(set) var isDraining = false

    private let evhttp: OpaquePointer
    private var listener: OpaquePointer?
    private var socket: OpaquePointer?
    private var log: RequestLog
    private let metrics: RequestMetrics
    private let instance = String(UInt64.random(in: 0..<1 << 48), radix: 16)
    private var requestCount: UInt64 = 0
    private var exchangeCount: UInt64 = 0
    /// By bufferevent, which is all that evhttp's callbacks lead to. This is what keeps connections alive.
    private var connections: [OpaquePointer: HTTPConnection] = [:]
    private var exchanges: [UInt64: HTTPConnection] = [:]
    /// The connections that give way to new ones, in the order in which they would: those that have no request, or none
    /// that needs a token.
    private var line = WaitingLine<HTTPConnection>()
    private var isPaused = false
    private var acceptedInTurn = 0
    private var pace = RefusalPace()
    private var whenDrained: (() -> Void)?

    init(loop: EventLoop, router: Router, limits: Limits, log: RequestLog, metrics: RequestMetrics)
        throws(EventLoopError)
    {
        guard let evhttp = evhttp_new(loop.base), let scratch = evbuffer_new() else {
            throw EventLoopError("libevent has no memory for a server")
        }
        self.loop = loop
        self.router = router
        self.limits = limits
        self.log = log
        self.metrics = metrics
        self.evhttp = evhttp
        self.scratch = scratch
        let context = Unmanaged.passUnretained(self).toOpaque()
        evhttp_set_bevcb(evhttp, { _, context in HTTPServer.from(context)?.accept() }, context)
        evhttp_set_gencb(
            evhttp,
            { request, context in
                guard let request else { return }
                HTTPServer.from(context)?.handle(request)
            }, context)
    }

    /// Connections hold the server: it goes when the last of them has been closed, by ``closeAll()`` at the latest.
    deinit {
        // Frees the listener.
        evhttp_free(evhttp)
        evbuffer_free(scratch)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPServer? {
        context.map { Unmanaged<HTTPServer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: Listening

    /// Binds the address and begins to accept as soon as the loop runs.
    ///
    /// - Returns: the port, which the kernel chose if 0 was asked for.
    func listen(address: String, port: Int) throws(EventLoopError) -> Int {
        let wanted = SocketAddress(address: address, port: port)
        let descriptor = try wanted.bind()
        let flags = UInt32(LEV_OPT_CLOSE_ON_FREE)
        guard let listener = evconnlistener_new(loop.base, nil, nil, flags, 1024, descriptor), accept(from: listener)
        else { throw EventLoopError("cannot listen on \(wanted): \(String(cString: strerror(errno)))") }
        return SocketAddress(of: descriptor)?.port ?? port
    }

    /// Begins to accept from a socket that listens already, as soon as the loop runs. It is not closed before the process
    /// ends: epoll(7) goes on about a descriptor that is closed here and open elsewhere.
    ///
    /// - Returns: its port.
    func listen(on socket: PassedSocket) throws(EventLoopError) -> Int {
        guard let listener = evconnlistener_new(loop.base, nil, nil, 0, 0, socket.descriptor), accept(from: listener)
        else { throw EventLoopError("libevent has no memory for a listener") }
        return socket.port
    }

    private func accept(from listener: OpaquePointer) -> Bool {
        guard let socket = evhttp_bind_listener(evhttp, listener) else { return false }
        self.listener = listener
        self.socket = socket
        // Accepted sockets inherit it: a long answer's last piece must not wait for an acknowledgement.
        var yes: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(evconnlistener_get_fd(listener), Int32(IPPROTO_TCP), TCP_NODELAY, &yes, length)
        return true
    }

    /// Connections that are accepted before others get their turn.
    private static let acceptsInTurn = 64

    /// Called by evhttp for each connection it has accepted.
    private func accept() -> OpaquePointer? {
        let connection = HTTPConnection(self)
        connections[connection.bufferevent] = connection
        metrics.connections.opened()
        line.append(connection.place)
        makeRoom(for: connection)
        acceptedInTurn += 1
        if acceptedInTurn == 1 {
            loop.post { [self] in
                acceptedInTurn = 0
                resumeAccepting()
            }
        }
        if acceptedInTurn == Self.acceptsInTurn { pauseAccepting() }
        return connection.bufferevent
    }

    /// Closes the connection that has waited longest, or accepts no more until there is one that waits.
    private func makeRoom(for newcomer: HTTPConnection) {
        guard connections.count > limits.maxConnections else { return }
        if let longest = line.first, longest !== newcomer, longest.close() {
            metrics.connections.gaveWay()
        } else {
            pauseAccepting()
        }
    }

    private func pauseAccepting() {
        guard let listener, !isPaused else { return }
        isPaused = true
        evconnlistener_disable(listener)
    }

    private func resumeAccepting() {
        guard let listener, isPaused, connections.count <= limits.maxConnections || line.first != nil else { return }
        isPaused = false
        evconnlistener_enable(listener)
    }

    /// The connection has no request yet, or none that needs a token: from now on it may have to give way.
    func waits(_ connection: HTTPConnection) {
        line.append(connection.place)
        resumeAccepting()
    }

    /// The connection does not give way.
    func works(_ connection: HTTPConnection) {
        line.remove(connection.place)
    }

    private func handle(_ request: OpaquePointer) {
        let bufferevent = evhttp_connection_get_bufferevent(evhttp_request_get_connection(request))
        guard let bufferevent, let connection = connections[bufferevent] else { return }
        connection.handle(request)
    }

    func connectionClosed(_ connection: HTTPConnection) {
        connections[connection.bufferevent] = nil
        metrics.connections.closed()
        line.remove(connection.place)
        if isDraining { finishDraining() } else { resumeAccepting() }
    }

    // MARK: Exchanges

    func nextRequestID() -> String {
        requestCount += 1
        return instance + "-" + String(requestCount, radix: 16)
    }

    func beginExchange(_ connection: HTTPConnection) -> UInt64 {
        exchangeCount += 1
        exchanges[exchangeCount] = connection
        return exchangeCount
    }

    func endExchange(_ exchange: UInt64) {
        exchanges[exchange] = nil
    }

    func refusalDelay(since previous: ContinuousClock.Instant?, now: ContinuousClock.Instant) -> Duration {
        pace.delay(since: previous, now: now)
    }

    /// Answers a request whose endpoint took its time, if the client is still there.
    func send(_ response: HTTPResponse, to exchange: UInt64) {
        exchanges[exchange]?.reply(response)
    }

    func answered(_ request: HTTPRequest, _ response: HTTPResponse) {
        log.answered(request, response)
        metrics.count(route: router.label(of: request.head), status: response.status, error: response.errorCode)
    }

    func clientGone(_ request: HTTPRequest) {
        log.clientGone(request)
        metrics.count(route: router.label(of: request.head), status: 499, error: "client_gone")
    }

    func fillScratch(_ bytes: ArraySlice<UInt8>) {
        _ = bytes.withUnsafeBytes { evbuffer_add(scratch, $0.baseAddress, $0.count) }
    }

    // MARK: Ending

    /// Stops accepting, closes connections when they have been idle for a moment, and calls `body` when the last one is
    /// closed.
    func drain(_ body: @escaping () -> Void) {
        isDraining = true
        whenDrained = body
        // Closes the port, unless it was passed to us, so that clients see at once that nobody will answer.
        if let socket { evhttp_del_accept_socket(evhttp, socket) }
        listener = nil
        for connection in connections.values { connection.hurry() }
        finishDraining()
    }

    /// Closes what is still open, answered or not.
    func closeAll() {
        for connection in connections.values { connection.close() }
    }

    private func finishDraining() {
        guard connections.isEmpty, let body = whenDrained else { return }
        whenDrained = nil
        body()
    }
}
