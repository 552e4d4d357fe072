/// A body that goes to its endpoint as it comes.
extension Connection {
    func stream(_ route: Route) {
        let exchange = listener.nextExchange()
        let bound = LoopBound(listener, listener.loop)
        let body = BodyStream(whenDrained: { bound.post { $0.readOn(exchange) } })
        state = .receiving(body, isPaused: false)
        listener.works(self)
        waitForBody()
        let request = makeRequest(.stream(body))
        self.request = request
        ask(route.endpoint, request, exchange)
    }

    /// Nothing is read until the endpoint has taken some of the body. The kernel tells the client.
    func pause(_ body: BodyStream) {
        state = .receiving(body, isPaused: true)
        patience.waitForNothing()
        transport.setReading(false)
        watchPeer()
    }

    /// The endpoint has taken some.
    func readOn() {
        guard case .receiving(let body, isPaused: true) = state else { return }
        state = .receiving(body, isPaused: false)
        unwatchPeer()
        waitForBody()
        transport.setReading(true)
        read()
    }

    /// Whatever the answer will be, the rest of the body is for nobody.
    func leaveBodyUnread() {
        guard case .receiving = state else { return }
        isBodyUnread = true
        state = .handling
        patience.waitForNothing()
        transport.setReading(false)
    }
}
