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
        /// How many connections may be open at once. Further ones wait in the kernel's backlog.
        var maxConnections: Int
        /// Seconds in which a request must have arrived, from the moment the connection waits for it.
        var readTimeout = 60.0
        /// Seconds in which the client must have taken an answer.
        var writeTimeout = 60.0
        /// Seconds for which a refused client may go on sending.
        var lingerTimeout = 5.0
        /// Seconds that an idle connection stays open once the server ends: a request may be on its way.
        var idleTimeout = 1.0
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
        // The door is stricter; these are evhttp's own.
        evhttp_set_max_headers_size(evhttp, 2 * RequestHead.maximumSize)
        evhttp_set_max_body_size(evhttp, limits.maxBodySize)
        let methods = EVHTTP_REQ_GET.rawValue | EVHTTP_REQ_HEAD.rawValue | EVHTTP_REQ_POST.rawValue
        evhttp_set_allowed_methods(evhttp, UInt16(methods))
        let context = Unmanaged.passUnretained(self).toOpaque()
        evhttp_set_bevcb(evhttp, { _, context in HTTPServer.from(context)?.accept() }, context)
        evhttp_set_gencb(
            evhttp,
            { request, context in
                guard let request else { return }
                HTTPServer.from(context)?.handle(request)
            }, context)
    }

    deinit {
        // Frees the listener and every connection, which tell us so.
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
        var storage = sockaddr_storage()
        var length = Int32(MemoryLayout<sockaddr_storage>.size)
        let text = address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
        let flags = UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE)
        let listener = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> OpaquePointer? in
                guard evutil_parse_sockaddr_port(text, address, &length) == 0 else { return nil }
                return evconnlistener_new_bind(loop.base, nil, nil, flags, 1024, address, length)
            }
        }
        guard let listener, accept(from: listener) else {
            throw EventLoopError("cannot listen on \(text): \(String(cString: strerror(errno)))")
        }
        return Self.address(of: evconnlistener_get_fd(listener))?.port ?? port
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

    /// Where a socket is bound to; nil if that is neither IPv4 nor IPv6.
    static func address(of descriptor: Int32) -> (text: String, port: Int)? {
        // The larger of the two. The family and the port are at the same places in both.
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getsockname(descriptor, address, &length)
                    | getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            }
        }
        guard result == 0, [AF_INET, AF_INET6].contains(Int32(address.sin6_family)) else { return nil }
        let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return (String(decoding: bytes, as: UTF8.self), Int(UInt16(bigEndian: address.sin6_port)))
    }

    /// Called by evhttp for each connection it has accepted.
    private func accept() -> OpaquePointer? {
        let connection = HTTPConnection(self)
        connections[connection.bufferevent] = connection
        if connections.count >= limits.maxConnections, let listener { evconnlistener_disable(listener) }
        return connection.bufferevent
    }

    private func handle(_ request: OpaquePointer) {
        let bufferevent = evhttp_connection_get_bufferevent(evhttp_request_get_connection(request))
        guard let bufferevent, let connection = connections[bufferevent] else { return }
        connection.handle(request)
    }

    func connectionClosed(_ connection: HTTPConnection) {
        connections[connection.bufferevent] = nil
        if isDraining {
            finishDraining()
        } else if connections.count == limits.maxConnections - 1, let listener {
            evconnlistener_enable(listener)
        }
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
