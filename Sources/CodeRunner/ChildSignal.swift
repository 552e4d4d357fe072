internal import CProcess
internal import Glibc

/// SIGCHLD as a descriptor, signalfd(2), so that poll(2) can wait for the end of a child together with everything else.
final class ChildSignal {
    let descriptor: Int32

    /// Blocks the signal. Call it before the first child is started.
    init() throws(Failure) {
        // With an ignored SIGCHLD, which execve(2) passes on, the kernel would throw the statuses of children away.
        signal(SIGCHLD, SIG_DFL)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGCHLD)
        sigprocmask(SIG_BLOCK, &signals, nil)
        descriptor = signalfd(-1, &signals, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
        guard descriptor >= 0 else { throw .system("make a descriptor of SIGCHLD") }
    }

    deinit { close(descriptor) }

    /// Waits for the signal, or for the time to pass.
    func wait(_ time: Duration) {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&polled, 1, Int32(time.nanoseconds / 1_000_000))
        clear()
    }

    /// Takes out what has come, so that the descriptor is readable again when there is more.
    func clear() {
        var information = signalfd_siginfo()
        while read(descriptor, &information, MemoryLayout<signalfd_siginfo>.size) > 0 {}
    }
}
