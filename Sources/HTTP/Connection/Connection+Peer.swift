/// Whether the client is still there, while nothing is read.
extension Connection {
    /// Nothing is read while a request is handled, and yet the end is to be noticed. A client that closes only its sending
    /// side looks just the same until something is written to it, and counts as gone too: runs that nobody waits for must end.
    func watchPeer() {
        guard !isPeerWatched else { return }
        isPeerWatched = true
        transport.watchPeer()
    }

    func unwatchPeer() {
        isPeerWatched = false
        transport.unwatchPeer()
    }

    func peerMayBeGone() {
        if transport.isPeerGone {
            close()
        } else {
            // A further request is there, which stays unread, and would be told of for ever.
            unwatchPeer()
            transport.wake(after: Self.lookInterval)
        }
    }

    /// Seconds between two looks whether a client that sent more than its request is still there.
    static let lookInterval = 0.5
}
