internal import Glibc

/// The signals by which a server is told what to do. From the first moment until somebody handles them they are blocked, that
/// is, they wait: a SIGHUP that comes while the server starts shall neither end it nor be lost, for the tokens may have been
/// read before they were changed.
enum ControlSignals {
    static func block() {
        change(SIG_BLOCK)
    }

    /// To be called when there are handlers. It also undoes what whoever started this process may have done: blocked
    /// signals stay blocked over execve(2).
    static func unblock() {
        change(SIG_UNBLOCK)
    }

    private static func change(_ how: Int32) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        pthread_sigmask(how, &signals, nil)
    }
}
