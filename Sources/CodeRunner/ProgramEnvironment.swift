internal import Glibc

/// The environment variables of programs, where those of the container are missing or of no use.
enum ProgramEnvironment {
    /// Sets them for what is started from now on.
    ///
    /// - Parameter directory: that of the files, which can be written to.
    static func complete(in directory: String) {
        let directory = Directory.resolved(directory) ?? directory
        // Text is UTF-8, and runtimes that are not told so take it for ASCII.
        if !["LC_ALL", "LC_CTYPE", "LANG"].contains(where: { value(of: $0) != nil }) { setenv("LANG", "C.UTF-8", 1) }
        // A user without a name has "/", and the root may be read-only: compilers find no place for their caches.
        if !(value(of: "HOME").map(isWritable) ?? false) { setenv("HOME", directory, 1) }
        let temporary = value(of: "TMPDIR") ?? "/tmp"
        let isGood = isWritable(temporary) && allowsPrograms(temporary)
        setenv("TMPDIR", isGood ? temporary : madeDirectory(directory + "/.tmp") ?? temporary, 1)
    }

    /// A directory of its own: Go heeds no go.mod that lies in the directory for temporary files itself.
    private static func madeDirectory(_ path: String) -> String? {
        mkdir(path, 0o700) == 0 || isWritable(path) ? path : nil
    }

    /// nil if there is none, or it is empty, which means the same to those who look.
    private static func value(of name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isWritable(_ directory: String) -> Bool { access(directory, W_OK | X_OK) == 0 }

    /// Whether files below it may be executed: `go run` puts a program there, and others libraries.
    private static func allowsPrograms(_ directory: String) -> Bool {
        var status = statvfs()
        return statvfs(directory, &status) == 0 && status.f_flag & noExecution == 0
    }

    /// ST_NOEXEC, statvfs(3): a macro for GNU sources only, and therefore not there for Swift.
    private static let noExecution: UInt = 8
}
