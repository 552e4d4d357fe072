internal import Glibc

/// The other end of a connection, as the kernel sees it.
struct Peer {
    let descriptor: Int32

    /// Whether it has closed its side of the connection or reset it, without reading what it sent before.
    var isGone: Bool {
        // POLLRDHUP of poll(2), for which <poll.h> wants _GNU_SOURCE.
        var poller = pollfd(fd: descriptor, events: 0x2000, revents: 0)
        return poll(&poller, 1, 0) > 0
    }

    /// Bytes that were written and that it has not acknowledged: SIOCOUTQ of tcp(7).
    var unacknowledged: Int {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }
}
