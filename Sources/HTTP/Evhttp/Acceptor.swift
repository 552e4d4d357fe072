internal import CEvent
internal import Glibc

/// evhttp, as far as it is used here: it accepts connections from a listening socket, and keeps each until it is closed. What
/// goes over them is read and written by others: see ``BufferedSocket``.
final class Acceptor {
    private let loop: EventLoop
    private let evhttp: OpaquePointer
    private var listener: OpaquePointer?
    private var boundSocket: OpaquePointer?
    private let accepted: (BufferedSocket) -> Void
    private var wantsMore = true
    private var countInTurn = 0
    private var isAccepting = true

    /// Connections that are accepted before others get their turn.
    private static let turn = 64

    /// - Parameter accepted: called on the loop's thread for each connection.
    init(_ loop: EventLoop, accepted: @escaping (BufferedSocket) -> Void) throws(SetupError) {
        guard let evhttp = evhttp_new(loop.base) else { throw SetupError("libevent has no memory for a server") }
        self.loop = loop
        self.evhttp = evhttp
        self.accepted = accepted
        let context = Unmanaged.passUnretained(self).toOpaque()
        evhttp_set_bevcb(
            evhttp, { _, context in Acceptor.from(context)?.makeBufferevent() }, context)
    }

    deinit {
        // Frees the listener.
        evhttp_free(evhttp)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Acceptor? {
        context.map { Unmanaged<Acceptor>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Begins to accept as soon as the loop runs, from a socket that is bound. It is ours from now on.
    func listen(onBound descriptor: Int32) throws(SetupError) {
        try accept(evconnlistener_new(loop.base, nil, nil, UInt32(LEV_OPT_CLOSE_ON_FREE), 1024, descriptor))
    }

    /// The same from a socket that listens already. It is not closed.
    func listen(onListening descriptor: Int32) throws(SetupError) {
        try accept(evconnlistener_new(loop.base, nil, nil, 0, 0, descriptor))
    }

    private func accept(_ listener: OpaquePointer?) throws(SetupError) {
        loop.assertIsCurrent()
        guard let listener, let socket = evhttp_bind_listener(evhttp, listener) else {
            throw SetupError(String(cString: strerror(errno)))
        }
        self.listener = listener
        boundSocket = socket
        // Accepted sockets inherit it: a long answer's last piece must not wait for an acknowledgement.
        var yes: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(evconnlistener_get_fd(listener), Int32(IPPROTO_TCP), TCP_NODELAY, &yes, length)
    }

    /// Called by evhttp for each connection that it has accepted and is about to set up.
    private func makeBufferevent() -> OpaquePointer? {
        loop.assertIsCurrent()
        countInTurn += 1
        if countInTurn == 1 { loop.after(0) { [weak self] in self?.endTurn() } }
        let socket = BufferedSocket(loop)
        accepted(socket)
        update()
        return socket.handle
    }

    private func endTurn() {
        countInTurn = 0
        update()
    }

    /// Leaves further connections in the kernel, or no longer.
    func setAccepting(_ wantsMore: Bool) {
        self.wantsMore = wantsMore
        update()
    }

    private func update() {
        loop.assertIsCurrent()
        let accepts = wantsMore && countInTurn < Self.turn
        guard let listener, accepts != isAccepting else { return }
        isAccepting = accepts
        if accepts { evconnlistener_enable(listener) } else { evconnlistener_disable(listener) }
    }

    /// Accepts no more, for good. Closes the socket, unless it listened already, so that clients see at once that nobody will
    /// answer.
    func stop() {
        loop.assertIsCurrent()
        if let boundSocket { evhttp_del_accept_socket(evhttp, boundSocket) }
        boundSocket = nil
        listener = nil
    }
}

/// Why there can be no event loop, or nothing that listens.
public struct SetupError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
