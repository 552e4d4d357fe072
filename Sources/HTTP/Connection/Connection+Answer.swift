/// Answering.
extension Connection {
    /// Answers the request that is being handled, if one is.
    func reply(_ response: Response) {
        leaveBodyUnread()
        guard case .handling = state, let request else { return }
        if isBodyUnread, case .tunnel = response.body {
            close()
            return
        }
        held = nil
        whenGone = nil
        if decision?.givesWay ?? true { listener.waits(self) }
        patience.waitForTaking(listener.limits.writeTimeout, from: listener.now())
        var closes = request.head.closesConnection || listener.isDraining || isBodyUnread
        state = .answering
        switch response.body {
        case .bytes:
            endExchange()
        case .stream(let stream):
            // To HTTP/1.0, only the end of the connection can say where the body ends.
            if request.head.minorVersion == 0 { closes = true }
            attach(stream)
            if !isBodyUnread { watchPeer() }
        case .tunnel(let tunnel):
            state = .tunnel(tunnel)
            attach(tunnel.output)
            unwatchPeer()
        }
        begin(response, to: request, closes: closes)
        if case .tunnel(let tunnel) = state { pass(to: tunnel) }
        if isBodyUnread {
            // Some clients read nothing before they have sent everything.
            unwatchPeer()
            transport.setReading(true)
            discardInput()
        }
    }

    /// Writes the head and the first of the body, which go out together.
    func begin(_ response: Response, to request: Request, closes: Bool) {
        var response = response
        listener.router.complete(&response, request.head)
        var unreported: Response?
        if case .bytes(let bytes) = response.body {
            listener.observer.answered(request, response, sent: bytes.count)
        } else {
            unreported = response
        }
        let minorVersion = request.head.minorVersion
        let head = ResponseHead(
            response: response, requestID: request.id, minorVersion: minorVersion, closes: closes,
            date: listener.dateText())
        transport.write(head.bytes.span)
        let isWanted = request.method != .head && response.canHaveBody
        var body = OutgoingBody(response.body, isWanted: isWanted, isChunked: minorVersion > 0)
        if case .bytes(let first) = body.next() { transport.write(first.span) }
        answer = OutgoingAnswer(body: body, closes: closes, unreported: unreported)
    }

    /// The kernel has taken what was written.
    func drained() {
        writeMore()
    }

    /// Writes more of the answer, if there is more and the kernel has taken the last of it.
    func writeMore() {
        if transport.outputCount == 0, let portion = answer?.body.next() {
            switch portion {
            case .bytes(let bytes): transport.write(bytes.span)
            case .none: break
            case .end: finish()
            }
        }
        if case .tunnel(let tunnel) = state { pass(to: tunnel) }
    }

    /// All of the answer is written.
    private func finish() {
        reportAnswer()
        let closes = answer?.closes ?? true
        forgetAnswer()
        switch state {
        case .answering where closes && !isBodyUnread: close()
        case .answering where !isBodyUnread: readNext()
        case .answering, .tunnel:
            linger()
            transport.endOutput()
        case .lingering: transport.endOutput()
        case .reading, .receiving, .handling, .closed: break
        }
    }

    private func reportAnswer() {
        guard let answer, let request, let response = answer.unreported else { return }
        listener.observer.answered(request, response, sent: answer.body.sent)
    }

    private func forgetAnswer() {
        answer?.body.abandon()
        answer = nil
        endExchange()
    }

    // MARK: Bodies that come in pieces, and tunnels

    private func attach(_ stream: BodyStream) {
        let exchange = exchange ?? listener.nextExchange()
        self.exchange = exchange
        listener.begin(exchange, self)
        let listener = LoopBound(listener, listener.loop)
        stream.attach { listener.post { $0.writeMore(to: exchange) } }
    }

    /// Hands over what has come.
    func pass(to tunnel: Tunnel) {
        while case .tunnel = state, tunnel.takesInput(), transport.inputCount > 0 {
            var bytes: [UInt8] = []
            transport.takeInput(1) { input in
                bytes = input.withUnsafeBufferPointer(Array.init)
                return input.count
            }
            tunnel.received(bytes)
        }
        guard case .tunnel = state else { return }
        if tunnel.stays { listener.works(self) }
        transport.setReading(!tunnel.isPaused)
        if tunnel.isPaused { watchPeer() } else if isPeerWatched { unwatchPeer() }
    }

    // MARK: The end

    /// - Returns: false if it cannot be closed yet, or is.
    @discardableResult
    func close() -> Bool {
        transport.close()
    }

    /// The client has closed or reset the connection, or it has broken.
    func failed() {
        close()
    }

    /// The transport is closed, for whatever reason.
    func closed() {
        if let request {
            switch state {
            case .receiving, .handling: listener.observer.clientGone(request)
            case .answering where answer?.unreported != nil: listener.observer.clientGone(request)
            // Either side may end it.
            case .tunnel:
                // Its endpoint may have something to say of that in the report.
                answer?.body.abandon()
                reportAnswer()
            case .reading, .answering, .lingering, .closed: break
            }
        }
        state = .closed
        discardBody()
        let whenGone = whenGone
        forgetAnswer()
        whenGone?()
        listener.closed(self)
    }

    private func endExchange() {
        if isPeerWatched { unwatchPeer() }
        whenGone = nil
        if let exchange { listener.end(exchange) }
        exchange = nil
    }
}
