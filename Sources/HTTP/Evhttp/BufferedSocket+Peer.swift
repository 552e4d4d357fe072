internal import Glibc

/// The other end of the connection, as the kernel sees it, and the time.
extension BufferedSocket {
    var unacknowledgedCount: Int {
        // SIOCOUTQ of tcp(7).
        var count: Int32 = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }

    func endOutput() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    var isPeerGone: Bool {
        // POLLRDHUP of poll(2), for which <poll.h> wants _GNU_SOURCE.
        var poller = pollfd(fd: descriptor, events: 0x2000, revents: 0)
        return poll(&poller, 1, 0) > 0
    }

    func watchPeer() {
        peerEvent = EventLoop.Event(loop, peerOf: descriptor) { [unowned self] in connection.peerMayBeGone() }
        peerEvent?.add()
    }

    func unwatchPeer() {
        peerEvent = nil
    }

    func wake(after seconds: Double) {
        timer?.add(timeout: seconds)
    }
}
