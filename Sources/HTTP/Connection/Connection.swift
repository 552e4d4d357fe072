/// One client's connection, from accept to close: requests are read, decided upon, handed to endpoints, and answered, one
/// after the other. What was read is ``RequestReader``'s to say, who answers the ``Router``'s, what is still to be written
/// ``OutgoingBody``'s, and how long the client is waited for ``Patience``'s.
///
/// A request that is refused before all of its body has come ends the connection.
final class Connection {
    enum State {
        case reading
        /// The request is with its endpoint, and its body comes; while the endpoint does not keep up, it is not read.
        case receiving(BodyStream, isPaused: Bool)
        /// The request is with its endpoint, or its answer is held back.
        case handling
        case answering
        /// An endpoint has the connection.
        case tunnel(Tunnel)
        /// It ends: what has to be written is, and what the client still sends is thrown away, so that no reset overtakes it.
        case lingering
        case closed
    }

    let listener: Listener
    let transport: any Transport
    /// Where this connection stands in the line of those that give way when there are too many.
    private(set) lazy var place = WaitingLine<Connection>.Place(self)
    var state = State.reading
    var patience = Patience()

    private(set) var reader: RequestReader
    /// When the first byte of the request came.
    private(set) var began: ContinuousClock.Instant?
    private var head = RequestHead()
    private(set) var decision: Router.Decision?
    var request: Request?
    /// The request was or will be answered before all of its body has come, and the connection ends with that.
    var isBodyUnread = false
    /// The request's number while others may have something to say to it: see ``Responder``.
    var exchange: UInt64?
    var whenGone: (@Sendable () -> Void)?
    /// Whether ``peerMayBeGone()`` will be called. Where it will not and should, the timer looks.
    var isPeerWatched = false
    /// An answer that is held back, and until when: see ``RefusalPace``.
    var held: (response: Response, until: ContinuousClock.Instant)?
    /// When the last refusal for lack of room went out.
    private var refused: ContinuousClock.Instant?
    var answer: OutgoingAnswer?

    init(_ listener: Listener, _ transport: any Transport) {
        self.listener = listener
        self.transport = transport
        reader = RequestReader(singularFields: listener.singularFields)
        patience.wait(listener.limits.idleTimeout, from: listener.now())
        transport.wake(after: listener.limits.checkInterval)
    }

    // MARK: Reading

    /// The transport is set up.
    func opened() {
        if listener.isDraining { hurry() }
    }

    /// Bytes have come.
    func readable() {
        switch state {
        case .reading, .receiving(_, isPaused: false): read()
        case .lingering: discardInput()
        case .answering where isBodyUnread: discardInput()
        case .tunnel(let tunnel): pass(to: tunnel)
        case .receiving, .handling, .answering, .closed: break
        }
    }

    /// Begins with the next request.
    func readNext() {
        began = nil
        head = RequestHead()
        decision = nil
        request = nil
        answer = nil
        state = .reading
        patience.wait(listener.limits.idleTimeout, from: listener.now())
        listener.waits(self)
        transport.setReading(true)
        if transport.inputCount > 0 {
            read()
        } else if listener.isDraining {
            hurry()
        }
    }

    func read() {
        while isReadingRequest {
            if reader.isReadingHead {
                guard transport.inputCount > 0 else { return }
                noticeHead()
            }
            var output = RequestReader.Output.needMore
            var consumed = 0
            transport.takeInput(reader.isReadingHead ? RequestHead.maximumSize : 1) { bytes in
                (output, consumed) = reader.read(bytes)
                return consumed
            }
            switch output {
            case .needMore:
                guard consumed > 0 else { return }
                waitForBody()
                if case .receiving(let body, _) = state, !body.write(reader.takePart()) { pause(body) }
            case .head(let head): admit(head)
            case .awaitsContinue: transport.write(Self.interim.span)
            case .body(let body): take(body)
            case .refusal(let refusal): refuse(listener.router.response(refusal))
            }
        }
    }

    private var isReadingRequest: Bool {
        switch state {
        case .reading, .receiving(_, isPaused: false): true
        case .receiving, .handling, .answering, .tunnel, .lingering, .closed: false
        }
    }

    private static let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private func noticeHead() {
        if began == nil {
            began = listener.now()
            patience.wait(listener.limits.headTimeout, from: listener.now())
            listener.waits(self)
        }
        if listener.isDraining { hurry() }
    }

    func waitForBody() {
        if !listener.isDraining { patience.wait(listener.limits.bodyTimeout, from: listener.now()) }
    }

    /// The head is good HTTP. Somebody will answer; refusals that leave a body unread end the connection.
    private func admit(_ head: RequestHead) {
        self.head = head
        let decision = listener.router.decide(head)
        self.decision = decision
        switch decision.outcome {
        case .answer(let response) where head.hasBody:
            refuse(response)
            return
        case .answer: reader.takeBody(maximumLength: 0, keepsContent: false)
        case .endpoint(let route, _):
            reader.takeBody(maximumLength: route.maximumBodySize, keepsContent: route.takesBody)
            if route.streamsBody { return stream(route) }
            if !route.givesWay { listener.works(self) }
        }
        waitForBody()
    }

    /// Answers what cannot be read to its end, and closes. An endpoint that has the request already is told.
    func refuse(_ response: Response) {
        let whenGone = whenGone
        self.whenGone = nil
        linger()
        listener.waits(self)
        let request = self.request ?? makeRequest(.whole(reader.takeContent()))
        self.request = request
        discardInput()
        transport.discardOutput()
        begin(response, to: request, closes: true)
        whenGone?()
    }

    func linger() {
        state = .lingering
        transport.setReading(true)
        patience.wait(listener.limits.lingerTimeout, from: listener.now())
        transport.wake(after: listener.limits.lingerTimeout)
    }

    /// Lets go of what has come of a body that is not for anybody now.
    func discardBody() {
        reader.takeContent().discard()
    }

    func discardInput() {
        while transport.inputCount > 0 { transport.takeInput(1) { $0.count } }
    }

    func makeRequest(_ body: Request.Body) -> Request {
        var parameters: [String: String] = [:]
        if case .endpoint(_, let values) = decision?.outcome { parameters = values }
        return Request(
            id: listener.nextRequestID(), head: head, pattern: decision?.pattern, parameters: parameters, body: body,
            began: began ?? listener.now())
    }

    // MARK: Handling

    /// The body is whole.
    private func take(_ body: RequestBody) {
        let stream: BodyStream? = if case .receiving(let stream, _) = state { stream } else { nil }
        state = .handling
        patience.waitForNothing()
        listener.works(self)
        transport.setReading(false)
        guard let stream else { return handle(makeRequest(.whole(body))) }
        watchPeer()
        stream.write(body.take())
        stream.end()
    }

    private func handle(_ request: Request) {
        self.request = request
        switch decision?.outcome {
        case .answer(let response): reply(response)
        case .endpoint(let route, _): ask(route.endpoint, request, listener.nextExchange())
        case nil: break
        }
    }

    func ask(_ endpoint: any Endpoint, _ request: Request, _ exchange: UInt64) {
        self.exchange = exchange
        let responder = Responder(listener: LoopBound(listener, listener.loop), exchange: exchange)
        switch endpoint.respond(to: request, responder) {
        case .now(let response):
            reply(response)
        case .later(let whenGone):
            self.whenGone = whenGone
            listener.begin(exchange, self)
            if case .handling = state { watchPeer() }
        case .refused(let response):
            request.body.discard()
            leaveBodyUnread()
            hold(response)
        }
    }

    /// Refuses, now or in a moment: see ``RefusalPace``. Nothing is kept of the request meanwhile but its head.
    private func hold(_ response: Response) {
        let now = listener.now()
        let delay = listener.refusalDelay(since: refused)
        refused = now + delay
        guard delay > .zero else { return reply(response) }
        held = (response, until: now + delay)
        watchPeer()
        transport.wake(after: delay / .seconds(1))
    }
}
