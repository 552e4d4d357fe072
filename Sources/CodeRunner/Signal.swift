internal import Glibc

enum Signal {
    private static let names = [
        SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGILL: "ILL", SIGTRAP: "TRAP", SIGABRT: "ABRT", SIGBUS: "BUS",
        SIGFPE: "FPE", SIGKILL: "KILL", SIGSEGV: "SEGV", SIGPIPE: "PIPE", SIGALRM: "ALRM", SIGTERM: "TERM",
        SIGUSR1: "USR1", SIGUSR2: "USR2", SIGXCPU: "XCPU", SIGXFSZ: "XFSZ", SIGSYS: "SYS",
    ]

    /// Of those that may be sent to a program from outside: `SIGINT` and others by their names.
    static func number(_ name: String) -> Int32? {
        sendable.first { name.utf8.elementsEqual("SIG\(names[$0] ?? "")".utf8) }
    }

    private static let sendable = [SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM, SIGUSR1, SIGUSR2]

    /// " (SIGSEGV)", or nothing for one that few know.
    static func name(_ signal: Int32) -> String {
        names[signal].map { " (SIG\($0))" } ?? ""
    }
}
