internal import Glibc

/// Turns SIGCHLD into bytes in a pipe, so that poll(2) can wait for the end of a child together with everything else.
enum ChildSignal {
    /// Written once by `install()`, before there is a handler that could read it.
    nonisolated(unsafe) private static var pipe = Pipe()

    static var descriptor: Int32 { pipe.read }

    /// Call it before the first child is started.
    static func install() throws(Failure) {
        guard pipe.read < 0 else { return }
        guard let opened = Pipe.open() else { throw Failure("cannot make a pipe: \(String(cString: strerror(errno)))") }
        pipe = opened
        for end in [pipe.read, pipe.write] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        // Only what signal-safety(7) allows; errno belongs to whatever was interrupted.
        signal(SIGCHLD) { _ in
            let saved = errno
            var byte: UInt8 = 0
            _ = write(ChildSignal.pipe.write, &byte, 1)
            errno = saved
        }
        // A signal that was blocked stays blocked over execve(2).
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGCHLD)
        sigprocmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Takes the bytes out again.
    static func clear() {
        var bytes: (UInt64, UInt64) = (0, 0)
        while read(pipe.read, &bytes, 16) == 16 {}
    }
}
