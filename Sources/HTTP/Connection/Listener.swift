/// Listens at an address, keeps the connections that come, and closes those that have to give way.
///
/// It is for the event loop's thread, as its connections are; see ``Responder`` for others.
public final class Listener {
    public struct Limits: Sendable {
        /// How many connections may be open at once. Beyond that, whoever has waited longest for a request, or made one that
        /// gives way, does so: see ``Route``.
        public var maxConnections: Int
        /// Seconds for which a connection may stay open without a request. Longer than the usual proxies keep theirs (nginx
        /// and Amazon's 60, Go's 90, Caddy's 120): what they send on one that is just being closed meets a reset.
        public var idleTimeout = 150.0
        /// Seconds in which a head must be there, from its first byte.
        public var headTimeout = 60.0
        /// Seconds in which something of a body must come.
        public var bodyTimeout = 60.0
        /// Seconds in which the client must take something of an answer.
        public var writeTimeout = 60.0
        /// Seconds for which a refused client may go on sending.
        public var lingerTimeout = 5.0
        /// Seconds that an idle connection stays open once the server ends: a request may be on its way.
        public var lastRequestTimeout = 1.0
        /// Seconds after which a connection looks at its time, at the latest: so much later may a timeout be.
        public var checkInterval = 10.0

        public init(maxConnections: Int) {
            self.maxConnections = maxConnections
        }
    }

    let loop: EventLoop
    let router: Router
    let limits: Limits
    let observer: any Observer
    /// Names of header fields of which a request may have one, beside those for which HTTP says so.
    let singularFields: [String]
    let now: () -> ContinuousClock.Instant
    private(set) var isDraining = false

    private var acceptor: Acceptor?
    private let instance = String(UInt64.random(in: 0..<1 << 48), radix: 16)
    private var requestCount: UInt64 = 0
    private var exchangeCount: UInt64 = 0
    /// This is what keeps connections alive.
    private var connections: [ObjectIdentifier: Connection] = [:]
    /// The connections whose answer is still to come, or coming, by the number that a ``Responder`` knows.
    private var exchanges: [UInt64: Connection] = [:]
    /// The connections that give way to new ones, in the order in which they would.
    private var line = WaitingLine<Connection>()
    private var pace = RefusalPace()
    private var date = HTTPDate()
    private var whenDrained: (() -> Void)?

    public convenience init(
        on loop: EventLoop, _ router: Router, _ limits: Limits, observer: any Observer, singularFields: [String] = []
    ) {
        self.init(on: loop, router, limits, observer: observer, singularFields: singularFields, now: { .now })
    }

    init(
        on loop: EventLoop, _ router: Router, _ limits: Limits, observer: any Observer, singularFields: [String],
        now: @escaping () -> ContinuousClock.Instant
    ) {
        self.loop = loop
        self.router = router
        self.limits = limits
        self.observer = observer
        self.singularFields = singularFields
        self.now = now
    }

    // MARK: Accepting

    /// Binds the address and begins to accept as soon as the loop runs.
    ///
    /// - Returns: the port, which the kernel chose if 0 was asked for.
    public func listen(at wanted: SocketAddress) throws(SetupError) -> Int {
        let descriptor = try wanted.bind()
        do {
            try makeAcceptor().listen(onBound: descriptor)
        } catch {
            throw SetupError("cannot listen on \(wanted): \(error)")
        }
        return SocketAddress(of: descriptor)?.port ?? wanted.port
    }

    /// Begins to accept from a socket that listens already, as soon as the loop runs. It is not closed before the process
    /// ends: epoll(7) goes on about a descriptor that is closed here and open elsewhere.
    public func listen(on descriptor: Int32) throws(SetupError) {
        try makeAcceptor().listen(onListening: descriptor)
    }

    private func makeAcceptor() throws(SetupError) -> Acceptor {
        let acceptor = try Acceptor(loop) { [unowned self] socket in
            socket.connection = open(socket)
        }
        self.acceptor = acceptor
        return acceptor
    }

    /// Begins a connection. It is kept until it is closed.
    func open(_ transport: any Transport) -> Connection {
        let connection = Connection(self, transport)
        connections[ObjectIdentifier(connection)] = connection
        observer.connectionOpened()
        line.append(connection.place)
        makeRoom(for: connection)
        return connection
    }

    /// Closes the connection that has waited longest, or accepts no more until there is one that waits.
    private func makeRoom(for newcomer: Connection) {
        guard connections.count > limits.maxConnections else { return }
        if let longest = line.first, longest !== newcomer, longest.close() {
            observer.connectionGaveWay()
        } else {
            acceptor?.setAccepting(false)
        }
    }

    private func resumeAccepting() {
        guard connections.count <= limits.maxConnections || line.first != nil else { return }
        acceptor?.setAccepting(true)
    }

    /// From now on the connection may have to give way.
    func waits(_ connection: Connection) {
        line.append(connection.place)
        resumeAccepting()
    }

    /// The connection does not give way.
    func works(_ connection: Connection) {
        line.remove(connection.place)
    }

    func closed(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
        observer.connectionClosed()
        line.remove(connection.place)
        if isDraining { finishDraining() } else { resumeAccepting() }
    }

    // MARK: Exchanges

    func nextRequestID() -> String {
        requestCount += 1
        return instance + "-" + String(requestCount, radix: 16)
    }

    /// The number of an exchange to come.
    func nextExchange() -> UInt64 {
        exchangeCount += 1
        return exchangeCount
    }

    func begin(_ exchange: UInt64, _ connection: Connection) {
        exchanges[exchange] = connection
    }

    func end(_ exchange: UInt64) {
        exchanges[exchange] = nil
    }

    /// Answers a request whose endpoint took its time, if the client is still there.
    func send(_ response: Response, to exchange: UInt64) {
        exchanges[exchange]?.reply(response)
    }

    /// The body of an answer has more to be written.
    func writeMore(to exchange: UInt64) {
        exchanges[exchange]?.writeMore()
    }

    /// The endpoint has taken of the request's body.
    func readOn(_ exchange: UInt64) {
        exchanges[exchange]?.readOn()
    }

    func refusalDelay(since previous: ContinuousClock.Instant?) -> Duration {
        pace.delay(since: previous, now: now())
    }

    func dateText() -> [UInt8] { date.now() }

    // MARK: Ending

    /// Stops accepting, closes connections when they have been idle for a moment, and calls `body` when the last one is
    /// closed.
    public func drain(_ body: @escaping () -> Void) {
        loop.assertIsCurrent()
        isDraining = true
        whenDrained = body
        acceptor?.stop()
        for connection in connections.values { connection.hurry() }
        finishDraining()
    }

    /// Closes what is still open, answered or not.
    public func closeAll() {
        loop.assertIsCurrent()
        for connection in connections.values { connection.close() }
    }

    private func finishDraining() {
        guard connections.isEmpty, let body = whenDrained else { return }
        whenDrained = nil
        body()
    }
}
