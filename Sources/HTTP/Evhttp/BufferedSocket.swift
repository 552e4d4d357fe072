internal import CEvent
internal import Glibc

/// The bufferevent of a connection that evhttp has accepted, and evhttp's connection, which owns it.
///
/// evhttp sets its own callbacks on the bufferevent when it sets a connection up. Before the loop looks at descriptors again
/// they are replaced by ours, so that evhttp never reads, and has nothing to answer.
final class BufferedSocket: Transport {
    /// Whom this is for, which keeps it.
    unowned var connection: Connection!
    let loop: EventLoop
    /// nil once it is closed. Until evhttp's connection is known, it is ours too.
    private var bufferevent: OpaquePointer?
    private var evhttpConnection: OpaquePointer?
    private(set) var descriptor: Int32 = -1
    private var openEvent: EventLoop.Event?
    /// What was written and decided since the loop last looked at descriptors is carried out before it does so again: most
    /// requests are read, answered and done with by then, and need no call of epoll_ctl(2).
    private var settleEvent: EventLoop.Event?
    private var wantsReading = true
    private var isReading = true
    /// The kernel did not take all at once, and the loop waits until it takes more.
    private var isWriting = false
    var peerEvent: EventLoop.Event?
    private(set) var timer: EventLoop.Event?

    init(_ loop: EventLoop) {
        guard let bufferevent = bufferevent_socket_new(loop.base, -1, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)) else {
            // Without one, evhttp would make its own and read by itself.
            fatalError("libevent has no memory for a connection")
        }
        self.loop = loop
        self.bufferevent = bufferevent
        bufferevent_incref(bufferevent)
        openEvent = EventLoop.Event(loop) { [unowned self] in open() }
        timer = EventLoop.Event(loop) { [unowned self] in connection.timeIsUp() }
        settleEvent = EventLoop.Event(loop) { [unowned self] in settle() }
        // Active events come before the loop looks at descriptors again.
        openEvent?.activate()
    }

    /// What evhttp is given.
    var handle: OpaquePointer? { bufferevent }

    /// evhttp has set the connection up. Or it gave it up, having no memory for it: then bufferevent_free(3) has taken its
    /// callbacks away, and closed the descriptor, whose number may be somebody else's by now.
    private func open() {
        loop.assertIsCurrent()
        openEvent = nil
        guard let bufferevent else { return }
        defer { bufferevent_decref(bufferevent) }
        var argument: UnsafeMutableRawPointer?
        bufferevent_getcb(bufferevent, nil, nil, nil, &argument)
        guard let evhttpConnection = OpaquePointer(argument) else {
            bufferevent_setfd(bufferevent, -1)
            return closed()
        }
        precondition(
            evhttp_connection_get_bufferevent(evhttpConnection) == bufferevent, "evhttp is not the one we know")
        self.evhttpConnection = evhttpConnection
        descriptor = bufferevent_getfd(bufferevent)
        let context = Unmanaged.passUnretained(self).toOpaque()
        evhttp_connection_set_closecb(
            evhttpConnection, { _, context in BufferedSocket.from(context)?.closed() }, context)
        bufferevent_setcb(
            bufferevent,
            { _, context in BufferedSocket.from(context)?.connection.readable() },
            { _, context in BufferedSocket.from(context)?.drained() },
            { _, _, context in BufferedSocket.from(context)?.connection.failed() }, context)
        bufferevent_enable(bufferevent, Int16(EV_READ))
        bufferevent_disable(bufferevent, Int16(EV_WRITE))
        connection.opened()
        settleEvent?.activate()
    }

    /// A connection is kept for as long as evhttp keeps its own, so that these callbacks always find it.
    private static func from(_ context: UnsafeMutableRawPointer?) -> BufferedSocket? {
        context.map { Unmanaged<BufferedSocket>.fromOpaque($0).takeUnretainedValue() }
    }

    func close() -> Bool {
        loop.assertIsCurrent()
        guard let evhttpConnection else { return false }
        // Calls back: closed().
        evhttp_connection_free(evhttpConnection)
        return true
    }

    private func closed() {
        loop.assertIsCurrent()
        bufferevent = nil
        evhttpConnection = nil
        descriptor = -1
        peerEvent = nil
        timer = nil
        settleEvent = nil
        connection.closed()
    }

    // MARK: Bytes

    private var input: OpaquePointer? { bufferevent.flatMap(bufferevent_get_input) }
    private var output: OpaquePointer? { bufferevent.flatMap(bufferevent_get_output) }

    var inputCount: Int { input.map(evbuffer_get_length) ?? 0 }
    var outputCount: Int { output.map(evbuffer_get_length) ?? 0 }

    func takeInput(_ wanted: Int, _ body: (Span<UInt8>) -> Int) {
        loop.assertIsCurrent()
        let size = input.map { min(max(wanted, evbuffer_get_contiguous_space($0)), evbuffer_get_length($0)) } ?? 0
        guard size > 0, let start = input.flatMap({ evbuffer_pullup($0, size) }) else {
            _ = body(Span())
            return
        }
        let consumed = body(UnsafeBufferPointer(start: start, count: size).span)
        // Whatever was called may have closed the connection.
        if consumed > 0, let input { evbuffer_drain(input, consumed) }
    }

    func setReading(_ isReading: Bool) {
        loop.assertIsCurrent()
        wantsReading = isReading
        settleEvent?.activate()
    }

    func write(_ bytes: Span<UInt8>) {
        loop.assertIsCurrent()
        guard let bufferevent else { return }
        bytes.withUnsafeBufferPointer { _ = bufferevent_write(bufferevent, $0.baseAddress, $0.count) }
        settleEvent?.activate()
    }

    private func settle() {
        loop.assertIsCurrent()
        // Before evhttp's connection is known, the descriptor is not either.
        guard evhttpConnection != nil else { return }
        flush()
        guard let bufferevent, wantsReading != isReading else { return }
        isReading = wantsReading
        _ =
            isReading
            ? bufferevent_enable(bufferevent, Int16(EV_READ)) : bufferevent_disable(bufferevent, Int16(EV_READ))
    }

    /// Writes what the kernel takes now. What goes wrong is left for the bufferevent to find.
    private func flush() {
        guard let bufferevent, let output, !isWriting, outputCount > 0 else { return }
        thaw(output) { evbuffer_write($0, descriptor) }
        if outputCount == 0 { return connection.drained() }
        isWriting = true
        bufferevent_enable(bufferevent, Int16(EV_WRITE))
    }

    /// The bufferevent has written all.
    private func drained() {
        if let bufferevent { bufferevent_disable(bufferevent, Int16(EV_WRITE)) }
        isWriting = false
        connection.drained()
    }

    /// bufferevents freeze the beginning of their output against everybody but themselves.
    private func thaw(_ output: OpaquePointer, _ body: (OpaquePointer) -> Int32) {
        evbuffer_unfreeze(output, 1)
        _ = body(output)
        evbuffer_freeze(output, 1)
    }

    func discardOutput() {
        guard let output else { return }
        thaw(output) { evbuffer_drain($0, evbuffer_get_length($0)) }
    }
}
