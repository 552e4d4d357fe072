/// Time. The timer is not moved whenever a deadline is; it looks at the deadline when it goes off.
extension Connection {
    /// Lets a request that is on its way have a little more time, since the server is about to stop.
    func hurry() {
        guard case .reading = state else { return }
        let seconds = began == nil ? listener.limits.lastRequestTimeout : listener.limits.lingerTimeout
        patience.wait(seconds, from: listener.now())
        transport.wake(after: seconds)
    }

    func timeIsUp() {
        let now = listener.now()
        if let held, held.until <= now { reply(held.response) }
        if awaitsPeer && transport.isPeerGone {
            close()
            return
        }
        noticeTaking(now)
        if let left = patience.left(now), left <= 0 { giveUp() } else { wakeAgain(now) }
    }

    /// A client that takes some of what is there now and then is waited for, also where all of it is the kernel's by now: if the
    /// connection were closed then, the next that the client says would cost it what it has not yet taken (RFC 9112,
    /// section 9.6).
    private func noticeTaking(_ now: Patience.Instant) {
        let outstanding = (answer?.body.count ?? 0) + transport.outputCount + transport.unacknowledgedCount
        if case .lingering = state {
            if outstanding > 0 { patience.notice(outstanding: outstanding, listener.limits.lingerTimeout, now: now) }
        } else if answer != nil {
            patience.notice(outstanding: outstanding, listener.limits.writeTimeout, now: now)
        }
    }

    /// Nothing is read, and the client's end shall be noticed.
    private var awaitsPeer: Bool {
        switch state {
        case .handling, .receiving(_, isPaused: true): true
        case .answering: answer?.unreported != nil
        case .tunnel(let tunnel): tunnel.isPaused
        case .reading, .receiving, .lingering, .closed: false
        }
    }

    private func wakeAgain(_ now: ContinuousClock.Instant) {
        var seconds = listener.limits.checkInterval
        if let left = patience.left(now) { seconds = min(seconds, left) }
        if let held { seconds = min(seconds, (held.until - now) / .seconds(1)) }
        if awaitsPeer && !isPeerWatched { seconds = min(seconds, Self.lookInterval) }
        transport.wake(after: seconds)
    }

    /// The client has been waited for long enough.
    private func giveUp() {
        let limits = listener.limits
        switch state {
        case .reading where began == nil: close()
        case .reading where reader.isReadingHead: refuse(listener.router.response(.headTimeout(limits.headTimeout)))
        case .reading, .receiving: refuse(listener.router.response(.bodyTimeout(limits.bodyTimeout)))
        case .answering, .tunnel, .lingering: close()
        case .handling, .closed: break
        }
    }
}
