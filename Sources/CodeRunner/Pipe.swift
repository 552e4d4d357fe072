internal import Glibc

/// The two ends of a pipe(2), neither of which a child inherits by accident. -1 is an end that is closed.
struct Pipe {
    var read: Int32 = -1
    var write: Int32 = -1

    /// Nil if there are no descriptors left; errno says so.
    static func open() -> Pipe? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return Pipe(read: ends[0], write: ends[1])
    }
}
