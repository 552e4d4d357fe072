internal import CEvent
internal import DockerRun
internal import Glibc

/// One client's connection, from accept to close. It lives on the event loop's thread.
///
/// evhttp reads requests and writes answers; this type stands at its door. evhttp 2.1 has no hook between a request's
/// head and its body, and answers what it dislikes by itself, in HTML. So the connection puts its own callbacks around
/// evhttp's on the bufferevent and lets a request through only when its head has been read here and found good. A request
/// that has to be refused before its body is taken out of evhttp's hands: the answer is written, what the client still
/// sends is thrown away for a while, so that no reset overtakes the answer, and the connection is closed.
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
    /// evhttp's connection owns it and, when it goes, tells us: see `closed()`.
    let bufferevent: OpaquePointer
    private var connection: OpaquePointer?
    private var state = State.readingHead
    private var head: RequestHead?
    private var decision: Result<any Endpoint, Router.Refusal>?
    private var request: HTTPRequest?
    private var exchange: UInt64?
    private var whenGone: (@Sendable () -> Void)?

    private var chunkedBody: ChunkedBody?
    /// How many bytes of the input buffer `chunkedBody` need not look at: the head, or what it has seen before.
    private var followed = 0
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

    /// Makes the bufferevent of a connection that evhttp is about to set up.
    init(_ server: HTTPServer) {
        guard let bufferevent = bufferevent_socket_new(server.loop.base, -1, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue))
        else {
            // Without one, evhttp would make its own and let everything through.
            fatalError("libevent has no memory for a connection")
        }
        self.server = server
        self.bufferevent = bufferevent
        guardEvent = EventLoop.Event(server.loop, 0) { [unowned self] in standAtTheDoor() }
        timer = EventLoop.Event(server.loop, 0) { [unowned self] in checkDeadline() }
        // Active events come before the loop looks at descriptors again: nothing is read until we stand at the door.
        guardEvent?.activate()
        setDeadline(server.limits.readTimeout)
        timer?.add(timeout: server.limits.readTimeout)
    }

    var isIdle: Bool {
        if case .readingHead = state { evbuffer_get_length(bufferevent_get_input(bufferevent)) == 0 } else { false }
    }

    // MARK: The door

    /// evhttp sets its callbacks anew for each request; each time, ours go around them.
    private func standAtTheDoor() {
        var argument: UnsafeMutableRawPointer?
        bufferevent_getcb(bufferevent, &evhttpRead, &evhttpWrite, &evhttpEvent, &argument)
        evhttpArgument = argument
        if connection == nil {
            let connection = OpaquePointer(argument)
            precondition(evhttp_connection_get_bufferevent(connection) == bufferevent, "evhttp is not the one we know")
            self.connection = connection
            evhttp_connection_set_closecb(
                connection,
                { _, context in HTTPConnection.from(context)?.closed() }, Unmanaged.passUnretained(self).toOpaque())
        }
        setCallbacks()
        guard !pipelined.isEmpty else {
            if server.isDraining { hurry() }
            return
        }
        // bufferevents freeze the end of their input against everybody but themselves.
        let input = bufferevent_get_input(bufferevent)
        evbuffer_unfreeze(input, 0)
        evbuffer_add(input, pipelined, pipelined.count)
        evbuffer_freeze(input, 0)
        pipelined = []
        readable()
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
        if case .refusing = state {
            shutdown(bufferevent_getfd(bufferevent), Int32(SHUT_WR))
        } else {
            evhttpWrite?(bufferevent, evhttpArgument)
        }
    }

    private func happened(_ what: Int16) {
        if case .refusing = state { close() } else { evhttpEvent?(bufferevent, what, evhttpArgument) }
    }

    // MARK: Reading

    private func readHead() {
        if server.isDraining { hurry() }
        let input = bufferevent_get_input(bufferevent)
        let size = min(evbuffer_get_length(input), RequestHead.maximumSize)
        guard size > 0, let bytes = evbuffer_pullup(input, size) else { return }
        do {
            guard let head = try RequestHead(UnsafeBufferPointer(start: bytes, count: size).span) else { return }
            self.head = head
        } catch {
            refuse(.error(error.status, "request.head", error.reason))
            return
        }
        admit()
    }

    /// The head is good HTTP. Somebody will answer; refusals that leave a body unread end the connection.
    private func admit() {
        guard let head else { return }
        let decision = server.router.route(head)
        if case .failure(let refusal) = decision, head.method == nil || (head.body != .none && head.body != .length(0))
        {
            refuse(refusal.response)
            return
        }
        self.decision = decision
        state = .readingBody
        chunkedBody = head.body == .chunked ? ChunkedBody(maximumLength: server.limits.maxBodySize) : nil
        followed = head.size
        readBody()
    }

    private func readBody() {
        do throws(ChunkedBody.Violation) { try followChunks() } catch {
            switch error {
            case .tooLong: refuse(server.router.bodyTooLong)
            case .malformed: refuse(.error(400, "request.body", "The chunks of the body are malformed"))
            }
            return
        }
        evhttpRead?(bufferevent, evhttpArgument)
        // By now the request may have been handled and answered, and the connection may be gone.
        guard case .readingBody = state else { return }
        followed = evbuffer_get_length(bufferevent_get_input(bufferevent))
        guard !evhttpHasAnswered else {
            refuse(.error(400, "request.head", "The request is malformed"))
            return
        }
        // When it sends "100 Continue", evhttp has set its own callbacks again.
        setCallbacks()
    }

    private func followChunks() throws(ChunkedBody.Violation) {
        guard chunkedBody != nil else { return }
        let input = bufferevent_get_input(bufferevent)
        let count = evbuffer_get_length(input) - followed
        guard count > 0 else { return }
        var position = evbuffer_ptr()
        evbuffer_ptr_set(input, &position, followed, EVBUFFER_PTR_SET)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(0, evbuffer_copyout_from(input, &position, buffer.baseAddress, count))
        }
        try chunkedBody?.follow(bytes.span)
    }

    /// Whether evhttp has written an answer by itself: that, and nothing else, takes the read callback away.
    private var evhttpHasAnswered: Bool {
        var read: bufferevent_data_cb?
        bufferevent_getcb(bufferevent, &read, nil, nil, nil)
        return read == nil
    }

    // MARK: Handling

    /// evhttp has read the whole request.
    func handle(_ evhttpRequest: OpaquePointer) {
        guard case .readingBody = state, let head, let decision else { return }
        state = .handling(request: evhttpRequest)
        deadline = nil
        let request = HTTPRequest(id: server.nextRequestID(), head: head, body: body(of: evhttpRequest), received: .now)
        self.request = request
        switch decision {
        case .failure(let refusal):
            reply(refusal.response)
        case .success(let endpoint):
            let exchange = server.beginExchange(self)
            self.exchange = exchange
            switch endpoint.respond(to: request, Responder(server: server, exchange: exchange)) {
            case .now(let response):
                reply(response)
            case .later(let whenGone):
                self.whenGone = whenGone
                watchForClientGone()
            }
        }
    }

    private func body(of evhttpRequest: OpaquePointer) -> [UInt8] {
        guard let input = evhttp_request_get_input_buffer(evhttpRequest) else { return [] }
        let count = evbuffer_get_length(input)
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(0, Int(evbuffer_remove(input, buffer.baseAddress, count)))
        }
    }

    /// evhttp does not look at the connection while a request is handled. EV_CLOSED (epoll's EPOLLRDHUP) does, without
    /// reading; a client that closes only its sending side counts as gone too, as it does with most servers. A reset is
    /// reported as EV_READ only, and has to be asked for: else the loop would be told of it for ever.
    private func watchForClientGone() {
        goneEvent = EventLoop.Event(server.loop, descriptor: bufferevent_getfd(bufferevent), EV_READ | EV_CLOSED) {
            [unowned self] in
            if clientIsGone {
                close()
            } else {
                // A further request is there, which stays unread: from now on the timer looks.
                goneEvent = nil
                timer?.add(timeout: Self.lookInterval)
            }
        }
        goneEvent?.add()
    }

    /// Whether the client has closed its side of the connection or reset it, without reading what it sent before.
    private var clientIsGone: Bool {
        // POLLRDHUP of poll(2), for which <poll.h> wants _GNU_SOURCE.
        var poller = pollfd(fd: bufferevent_getfd(bufferevent), events: 0x2000, revents: 0)
        return poll(&poller, 1, 0) > 0
    }

    // MARK: Answering

    func reply(_ response: HTTPResponse) {
        guard case .handling(let evhttpRequest) = state, let request else { return }
        endExchange()
        state = .replying
        setDeadline(server.limits.writeTimeout)
        server.answered(request, response)
        addHeaders(response, to: evhttpRequest, request.id)
        evhttp_request_set_on_complete_cb(
            evhttpRequest,
            { _, context in HTTPConnection.from(context)?.replied() }, Unmanaged.passUnretained(self).toOpaque())
        if request.head.method != .head { server.fillScratch(response.body) }
        evhttp_send_reply(evhttpRequest, Int32(response.status), HTTPResponse.reason(response.status), server.scratch)
        // evhttp reads on while it writes. A next request must not be there before we stand at the door again.
        bufferevent_disable(bufferevent, Int16(EV_READ))
    }

    private func addHeaders(_ response: HTTPResponse, to evhttpRequest: OpaquePointer, _ id: String) {
        let headers = evhttp_request_get_output_headers(evhttpRequest)
        evhttp_add_header(headers, "Content-Type", response.contentType)
        evhttp_add_header(headers, "X-Request-Id", id)
        for (name, value) in response.headers { evhttp_add_header(headers, name, value) }
        if request?.head.method == .head { evhttp_add_header(headers, "Content-Length", "\(response.body.count)") }
        if server.isDraining || request?.head.closesConnection == true {
            evhttp_add_header(headers, "Connection", "close")
        }
    }

    /// The answer has been written. evhttp closes the connection next, or reads on.
    private func replied() {
        let input = bufferevent_get_input(bufferevent)
        let count = evbuffer_get_length(input)
        if count > 0 {
            pipelined = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                initialized = max(0, Int(evbuffer_remove(input, buffer.baseAddress, count)))
            }
        }
        head = nil
        decision = nil
        request = nil
        state = .readingHead
        setDeadline(server.limits.readTimeout)
        guardEvent?.activate()
    }

    /// Answers without evhttp, and closes.
    private func refuse(_ response: HTTPResponse) {
        state = .refusing
        let request = HTTPRequest(id: server.nextRequestID(), head: head ?? RequestHead(), body: [], received: .now)
        server.answered(request, response)
        discardInput()
        let output = bufferevent_get_output(bufferevent)
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
        let input = bufferevent_get_input(bufferevent)
        evbuffer_drain(input, evbuffer_get_length(input))
    }

    // MARK: Ending

    /// Frees evhttp's connection, which tells us through `closed()`.
    func close() {
        guard let connection else { return }
        self.connection = nil
        evhttp_connection_free(connection)
    }

    /// evhttp frees its connection, for whatever reason.
    private func closed() {
        if case .handling = state, let request { server.clientGone(request) }
        state = .closed
        connection = nil
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

    /// Lets a request that is on its way have a little more time, since the server is about to stop.
    func hurry() {
        switch state {
        case .readingHead, .readingBody:
            let seconds = isIdle ? server.limits.idleTimeout : server.limits.lingerTimeout
            setDeadline(seconds)
            timer?.add(timeout: seconds)
        case .handling, .replying, .refusing, .closed: break
        }
    }

    private func checkDeadline() {
        guard let deadline else {
            if clientIsGone { return close() }
            timer?.add(timeout: goneEvent == nil ? Self.lookInterval : server.limits.readTimeout)
            return
        }
        let left = (deadline - .now).milliseconds / 1000
        guard left <= 0 else {
            timer?.add(timeout: left)
            return
        }
        switch state {
        case .readingHead where isIdle: close()
        case .readingHead, .readingBody:
            refuse(.error(408, "request.timeout", "The request did not arrive in \(Int(server.limits.readTimeout)) s"))
        case .replying, .refusing: close()
        case .handling, .closed: break
        }
    }
}
