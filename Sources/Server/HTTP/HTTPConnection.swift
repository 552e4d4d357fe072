internal import CEvent
internal import DockerRun
internal import Glibc

/// One client's connection, from accept to close. It lives on the event loop's thread.
///
/// evhttp writes the answers and keeps the connection; this type reads the requests, at its door. evhttp 2.1 reads leniently,
/// answers what it dislikes by itself, in HTML, and gathers a body where nobody can get at it before it is whole. So the
/// connection puts its own callbacks around evhttp's on the bufferevent, reads head and body, and when the request is there,
/// evhttp is given one of four heads that this type has written: it never sees what a client sent. A request that has to be
/// refused before its body has come is kept from evhttp: the answer is written, what the client still sends is thrown away
/// for a while, so that no reset overtakes the answer, and the connection is closed.
final class HTTPConnection {
    private enum State {
        case readingHead
        case readingBody
        /// The request is with its endpoint. evhttp does not read meanwhile.
        case handling(request: OpaquePointer)
        case replying
        case refusing
        case closed
    }

    private let server: HTTPServer
    /// evhttp's connection owns it and, when it goes, tells us: see `closed()`. Until that is arranged, it is ours too.
    let bufferevent: OpaquePointer
    /// Where this connection stands in the server's line of those that give way when there are too many.
    private(set) lazy var place = WaitingLine<HTTPConnection>.Place(self)
    private var connection: OpaquePointer?
    private var state = State.readingHead

    /// When the first byte of the request came.
    private var began: ContinuousClock.Instant?
    private var headReader = HeadReader()
    private var head: RequestHead?
    private var decision: Result<Router.Route, Router.Refusal>?
    private var bodyReader: BodyReader?
    private var request: HTTPRequest?
    private var exchange: UInt64?
    private var whenGone: (@Sendable () -> Void)?
    /// What of the answer's body is not with evhttp yet.
    private var unsent: ArraySlice<UInt8> = []
    /// When the last refusal for lack of room went out.
    private var refused: ContinuousClock.Instant?
    /// Bytes of further requests that came before their turn (RFC 9112, section 9.3.2).
    private var pipelined: [UInt8] = []

    /// evhttp's callbacks on the bufferevent, and their argument, which is evhttp's connection.
    private var evhttpRead: bufferevent_data_cb?
    private var evhttpWrite: bufferevent_data_cb?
    private var evhttpEvent: bufferevent_event_cb?
    private var evhttpArgument: UnsafeMutableRawPointer?

    private var guardEvent: EventLoop.Event?
    private var goneEvent: EventLoop.Event?
    private var timer: EventLoop.Event?
    private var deadline: ContinuousClock.Instant?
    /// Bytes that the client had not taken when somebody last looked.
    private var outstanding = 0

    /// Makes the bufferevent of a connection that evhttp is about to set up.
    init(_ server: HTTPServer) {
        guard let bufferevent = bufferevent_socket_new(server.loop.base, -1, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue))
        else {
            // Without one, evhttp would make its own and let everything through.
            fatalError("libevent has no memory for a connection")
        }
        self.server = server
        self.bufferevent = bufferevent
        bufferevent_incref(bufferevent)
        guardEvent = EventLoop.Event(server.loop, 0) { [unowned self] in standAtTheDoor() }
        timer = EventLoop.Event(server.loop, 0) { [unowned self] in checkDeadline() }
        // Active events come before the loop looks at descriptors again: nothing is read until we stand at the door.
        guardEvent?.activate()
        setDeadline(server.limits.idleTimeout)
        timer?.add(timeout: server.limits.checkInterval)
    }

    private var input: OpaquePointer? { bufferevent_get_input(bufferevent) }
    private var output: OpaquePointer? { bufferevent_get_output(bufferevent) }
    private var peer: Peer { Peer(descriptor: bufferevent_getfd(bufferevent)) }

    // MARK: The door

    /// evhttp sets its callbacks anew for each request; each time, ours go around them.
    private func standAtTheDoor() {
        var argument: UnsafeMutableRawPointer?
        bufferevent_getcb(bufferevent, &evhttpRead, &evhttpWrite, &evhttpEvent, &argument)
        evhttpArgument = argument
        guard connection != nil || becomeKnown(to: OpaquePointer(argument)) else { return }
        setCallbacks()
        guard !pipelined.isEmpty else {
            if server.isDraining { hurry() }
            return
        }
        // bufferevents freeze the end of their input against everybody but themselves.
        evbuffer_unfreeze(input, 0)
        evbuffer_add(input, pipelined, pipelined.count)
        evbuffer_freeze(input, 0)
        pipelined = []
        readable()
    }

    /// Has evhttp tell us when its connection goes.
    ///
    /// - Returns: false if that has happened already: evhttp gives up a connection that it has no memory to set up, and
    ///   bufferevent_free(3) takes the callbacks away.
    private func becomeKnown(to evhttpConnection: OpaquePointer?) -> Bool {
        defer { bufferevent_decref(bufferevent) }
        guard let evhttpConnection else {
            // evhttp has closed the descriptor; its number may be somebody else's by now.
            bufferevent_setfd(bufferevent, -1)
            state = .closed
            server.connectionClosed(self)
            return false
        }
        precondition(
            evhttp_connection_get_bufferevent(evhttpConnection) == bufferevent, "evhttp is not the one we know")
        connection = evhttpConnection
        evhttp_connection_set_closecb(
            evhttpConnection,
            { _, context in HTTPConnection.from(context)?.closed() }, Unmanaged.passUnretained(self).toOpaque())
        return true
    }

    private func setCallbacks() {
        bufferevent_setcb(
            bufferevent,
            { _, context in HTTPConnection.from(context)?.readable() },
            { _, context in HTTPConnection.from(context)?.written() },
            { _, what, context in HTTPConnection.from(context)?.happened(what) },
            Unmanaged.passUnretained(self).toOpaque())
    }

    /// The server keeps a connection for as long as evhttp does, so that these callbacks always find it.
    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPConnection? {
        context.map { Unmanaged<HTTPConnection>.fromOpaque($0).takeUnretainedValue() }
    }

    private func readable() {
        switch state {
        case .readingHead: readHead()
        case .readingBody: readBody()
        case .refusing: discardInput()
        case .handling, .replying, .closed: break
        }
    }

    private func written() {
        switch state {
        case .replying where !unsent.isEmpty: sendMore()
        case .replying: evhttpWrite?(bufferevent, evhttpArgument)
        case .refusing: shutdown(bufferevent_getfd(bufferevent), Int32(SHUT_WR))
        // Of these, only "100 Continue" was to be written.
        case .readingHead, .readingBody, .handling, .closed: break
        }
    }

    private func happened(_ what: Int16) {
        if case .refusing = state { close() } else { evhttpEvent?(bufferevent, what, evhttpArgument) }
    }

    // MARK: Reading

    private func readHead() {
        let size = min(evbuffer_get_length(input), RequestHead.maximumSize)
        guard size > 0, let bytes = evbuffer_pullup(input, size) else { return }
        if began == nil {
            began = .now
            setDeadline(server.limits.headTimeout)
            server.waits(self)
        }
        if server.isDraining { hurry() }
        do {
            guard let head = try headReader.read(UnsafeBufferPointer(start: bytes, count: size).span) else { return }
            evbuffer_drain(input, head.size)
            self.head = head
            admit(head)
        } catch {
            refuse(.error(error.status, "request.head", error.reason))
        }
    }

    /// The head is good HTTP. Somebody will answer; refusals that leave a body unread end the connection.
    private func admit(_ head: RequestHead) {
        let decision = server.router.route(head)
        var takesBody = false
        switch decision {
        case .failure(let refusal) where head.hasBody:
            refuse(refusal.response)
            return
        case .failure: break
        case .success(let route):
            takesBody = route.takesBody
            if route.requiresToken { server.works(self) }
        }
        self.decision = decision
        state = .readingBody
        bodyReader = BodyReader(head.body, maximumLength: server.limits.maxBodySize, keepsContent: takesBody)
        if !server.isDraining { setDeadline(server.limits.bodyTimeout) }
        if head.expectsContinue && evbuffer_get_length(input) == 0 {
            let interim = "HTTP/1.1 100 Continue\r\n\r\n"
            bufferevent_write(bufferevent, interim, interim.utf8.count)
            bufferevent_enable(bufferevent, Int16(EV_WRITE))
        }
        readBody()
    }

    private func readBody() {
        do throws(ChunkedBody.Violation) {
            while bodyReader?.isComplete == false {
                let size = evbuffer_get_contiguous_space(input)
                guard size > 0, let bytes = evbuffer_pullup(input, size) else { return }
                let count = try bodyReader?.read(UnsafeBufferPointer(start: bytes, count: size).span)
                evbuffer_drain(input, count ?? 0)
                if !server.isDraining { setDeadline(server.limits.bodyTimeout) }
            }
        } catch {
            switch error {
            case .tooLong: refuse(server.router.bodyTooLong)
            case .malformed: refuse(.error(400, "request.body", "The chunks of the body are malformed"))
            }
            return
        }
        giveToEvhttp()
    }

    /// Has evhttp read a request that means as much as what has come: whether the connection is kept is all that it needs
    /// to know. It calls `handle(_:)` before this returns.
    private func giveToEvhttp() {
        guard let head else { return }
        let replacement =
            switch (head.minorVersion, head.closesConnection) {
            case (0, false): "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            case (0, true): "GET / HTTP/1.0\r\n\r\n"
            case (_, false): "GET / HTTP/1.1\r\n\r\n"
            case (_, true): "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
            }
        evbuffer_prepend(input, replacement, replacement.utf8.count)
        evhttpRead?(bufferevent, evhttpArgument)
        // By now the request may have been answered, and the connection may be gone. Else evhttp had no memory for it.
        if case .readingBody = state { close() }
    }

    // MARK: Handling

    /// evhttp has read the request.
    func handle(_ evhttpRequest: OpaquePointer) {
        guard case .readingBody = state, let head, let decision else { return }
        state = .handling(request: evhttpRequest)
        deadline = nil
        server.works(self)
        let request = makeRequest(head)
        self.request = request
        switch decision {
        case .failure(let refusal):
            reply(refusal.response)
        case .success(let route):
            let exchange = server.beginExchange(self)
            self.exchange = exchange
            switch route.endpoint.respond(to: request, Responder(server: server, exchange: exchange)) {
            case .now(let response):
                reply(response)
            case .later(let whenGone):
                self.whenGone = whenGone
                watchForClientGone()
            case .refused(let response):
                hold(response, exchange)
            }
        }
    }

    /// Whether the request came with the token. Who has it does not give way to those who may not.
    private var hasToken: Bool {
        if case .success(let route) = decision { route.requiresToken } else { false }
    }

    private func makeRequest(_ head: RequestHead) -> HTTPRequest {
        defer { bodyReader = nil }
        return HTTPRequest(
            id: server.nextRequestID(), head: head, body: bodyReader?.takeContent() ?? RequestBody(BodyPieces()),
            began: began ?? .now)
    }

    /// Refuses, now or in a moment: see ``RefusalPace``. Nothing is kept of the request meanwhile but its head.
    private func hold(_ response: HTTPResponse, _ exchange: UInt64) {
        request?.body.discard()
        let now = ContinuousClock.now
        let delay = server.refusalDelay(since: refused, now: now)
        refused = now + delay
        guard delay > .zero else { return reply(response) }
        watchForClientGone()
        server.loop.after(delay.seconds) { [server] in server.send(response, to: exchange) }
    }

    /// evhttp does not look at the connection while a request is handled. EV_CLOSED (epoll's EPOLLRDHUP) does, without
    /// reading. A client that closes only its sending side looks just the same until something is written to it, and counts
    /// as gone too: runs that nobody waits for must end. A reset is reported as EV_READ only, and has to be asked for: else
    /// the loop would be told of it for ever.
    private func watchForClientGone() {
        goneEvent = EventLoop.Event(server.loop, descriptor: bufferevent_getfd(bufferevent), EV_READ | EV_CLOSED) {
            [unowned self] in
            if peer.isGone {
                close()
            } else {
                // A further request is there, which stays unread: from now on the timer looks.
                goneEvent = nil
                timer?.add(timeout: Self.lookInterval)
            }
        }
        goneEvent?.add()
    }

    // MARK: Answering

    /// Bytes of an answer's body that are given to evhttp at once: it copies them, and the next ones have to wait until
    /// these are with the kernel.
    private static let portion = 64 << 10

    func reply(_ response: HTTPResponse) {
        guard case .handling(let evhttpRequest) = state, let request else { return }
        endExchange()
        state = .replying
        if !hasToken { server.waits(self) }
        startTakingTime()
        server.answered(request, response)
        addHeaders(response, to: evhttpRequest, request.id)
        evhttp_request_set_on_complete_cb(
            evhttpRequest,
            { _, context in HTTPConnection.from(context)?.replied() }, Unmanaged.passUnretained(self).toOpaque())
        unsent = request.head.method == .head ? [] : response.body
        server.fillScratch(nextPortion())
        evhttp_send_reply(evhttpRequest, Int32(response.status), HTTPResponse.reason(response.status), server.scratch)
        // evhttp reads on while it writes. A next request must not be there before we stand at the door again.
        bufferevent_disable(bufferevent, Int16(EV_READ))
        bufferevent_getcb(bufferevent, nil, &evhttpWrite, &evhttpEvent, nil)
        setCallbacks()
    }

    private func sendMore() {
        let portion = nextPortion()
        _ = portion.withUnsafeBytes { bufferevent_write(bufferevent, $0.baseAddress, $0.count) }
    }

    private func nextPortion() -> ArraySlice<UInt8> {
        let portion = unsent.prefix(Self.portion)
        unsent = unsent.dropFirst(portion.count)
        return portion
    }

    /// What is left of an answer keeps all of its memory, however little it is.
    private func forgetAnswer() {
        Disposal.dispose(unsent, bytes: unsent.endIndex)
        unsent = []
    }

    private func addHeaders(_ response: HTTPResponse, to evhttpRequest: OpaquePointer, _ id: String) {
        let headers = evhttp_request_get_output_headers(evhttpRequest)
        evhttp_add_header(headers, "Content-Type", response.contentType)
        evhttp_add_header(headers, "X-Request-Id", id)
        for (name, value) in response.headers { evhttp_add_header(headers, name, value) }
        evhttp_add_header(headers, "Content-Length", "\(response.body.count)")
        if server.isDraining { evhttp_add_header(headers, "Connection", "close") }
    }

    /// The answer has been written. evhttp closes the connection next, or reads on.
    private func replied() {
        let count = evbuffer_get_length(input)
        if count > 0 {
            pipelined = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                initialized = max(0, Int(evbuffer_remove(input, buffer.baseAddress, count)))
            }
        }
        forgetAnswer()
        began = nil
        headReader = HeadReader()
        head = nil
        decision = nil
        request = nil
        state = .readingHead
        setDeadline(server.limits.idleTimeout)
        server.waits(self)
        guardEvent?.activate()
    }

    /// Answers without evhttp, and closes.
    private func refuse(_ response: HTTPResponse) {
        state = .refusing
        server.waits(self)
        let request = makeRequest(head ?? RequestHead())
        server.answered(request, response)
        discardInput()
        evbuffer_unfreeze(output, 1)
        evbuffer_drain(output, evbuffer_get_length(output))
        evbuffer_freeze(output, 1)
        setCallbacks()
        let bytes = response.serialized(requestID: request.id, withBody: head?.method != .head)
        bufferevent_write(bufferevent, bytes, bytes.count)
        bufferevent_enable(bufferevent, Int16(EV_READ | EV_WRITE))
        setDeadline(server.limits.lingerTimeout)
        timer?.add(timeout: server.limits.lingerTimeout)
    }

    private func discardInput() {
        evbuffer_drain(input, evbuffer_get_length(input))
    }

    // MARK: Ending

    /// Frees evhttp's connection, which tells us through `closed()`.
    ///
    /// - Returns: false if evhttp has not made it known yet, or has freed it.
    @discardableResult
    func close() -> Bool {
        guard let connection else { return false }
        self.connection = nil
        evhttp_connection_free(connection)
        return true
    }

    /// evhttp frees its connection, for whatever reason.
    private func closed() {
        if case .handling = state, let request { server.clientGone(request) }
        state = .closed
        connection = nil
        forgetAnswer()
        bodyReader = nil
        let whenGone = whenGone
        endExchange()
        whenGone?()
        server.connectionClosed(self)
    }

    private func endExchange() {
        goneEvent = nil
        whenGone = nil
        if let exchange { server.endExchange(exchange) }
        exchange = nil
    }

    // MARK: Time

    /// Seconds between two looks whether a client that sent more than its request is still there.
    private static let lookInterval = 0.5

    /// The timer is not moved each time; it looks at the deadline when it goes off.
    private func setDeadline(_ seconds: Double) {
        deadline = .now + .seconds(seconds)
    }

    /// The client may take its time for an answer, as long as it takes some of it now and then.
    private func startTakingTime() {
        outstanding = .max
        setDeadline(server.limits.writeTimeout)
    }

    private func noticeTaking() {
        let now = unsent.count + evbuffer_get_length(output) + peer.unacknowledged
        if now < outstanding { setDeadline(server.limits.writeTimeout) }
        outstanding = now
    }

    /// Lets a request that is on its way have a little more time, since the server is about to stop.
    func hurry() {
        switch state {
        case .readingHead, .readingBody:
            let seconds = began == nil ? server.limits.lastRequestTimeout : server.limits.lingerTimeout
            setDeadline(seconds)
            timer?.add(timeout: seconds)
        case .handling, .replying, .refusing, .closed: break
        }
    }

    private func checkDeadline() {
        guard let deadline else {
            if peer.isGone {
                _ = close()
                return
            }
            timer?.add(timeout: goneEvent == nil ? Self.lookInterval : server.limits.checkInterval)
            return
        }
        if case .replying = state { noticeTaking() }
        let left = ((self.deadline ?? deadline) - .now).seconds
        guard left <= 0 else {
            timer?.add(timeout: min(left, server.limits.checkInterval))
            return
        }
        switch state {
        case .readingHead where began == nil: close()
        case .readingHead:
            refuse(.error(408, "request.timeout", "The head did not arrive in \(Int(server.limits.headTimeout)) s"))
        case .readingBody:
            refuse(
                .error(
                    408, "request.timeout", "Nothing of the body has arrived for \(Int(server.limits.bodyTimeout)) s"))
        case .replying, .refusing: close()
        case .handling, .closed: break
        }
    }
}
