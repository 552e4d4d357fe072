internal import Glibc

/// An open descriptor. It is closed when its owner lets go of it, or says so.
struct Descriptor: ~Copyable {
    /// -1 when it is closed, which is no descriptor: poll(2) does not look at it, and read(2) and write(2) refuse it.
    private(set) var number: Int32

    /// - Parameter number: nobody else's.
    init(owning number: Int32) {
        self.number = number
    }

    static var closed: Descriptor { Descriptor(owning: -1) }

    deinit {
        if number >= 0 { Glibc.close(number) }
    }

    mutating func close() {
        if number >= 0 { Glibc.close(number) }
        number = -1
    }
}

/// The two ends of a pipe(2), neither of which a child inherits by accident.
struct Pipe: ~Copyable {
    var read: Descriptor
    var write: Descriptor

    init() throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        read = Descriptor(owning: ends[0])
        write = Descriptor(owning: ends[1])
    }
}
