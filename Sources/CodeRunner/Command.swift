internal import Glibc

/// A shell command as a child process, in a process group of its own that ends with it.
///
/// Both outputs and stdin are served at once with poll(2), so that nothing deadlocks, whatever the child reads or not.
struct Command {
    /// What became of a command.
    struct Outcome {
        var stdout: BoundedOutput
        var stderr: BoundedOutput
        var end: End
        /// Nanoseconds.
        var duration: Int
        /// Nanoseconds of CPU time, of the child and of those it has waited for.
        var cpuTime: Int
        /// Bytes that were resident at most, in any one of these processes.
        var memoryPeak: Int
    }

    enum End: Equatable {
        case exited(Int32)
        case signalled(Int32)
        /// The time limit passed, and the command was killed.
        case timedOut
    }

    let text: String
    let directory: String
    let stdin: [UInt8]
    let outputLimit: Int
    let deadline: ContinuousClock.Instant?

    func run() throws(Failure) -> Outcome {
        signal(SIGPIPE, SIG_IGN)
        try ChildSignal.install()
        let pipes = try Pipes()
        let began = ContinuousClock.now
        let child = try spawn(pipes)
        pipes.closeChildEnds()
        var conversation = PipeConversation(pipes, stdin: stdin, outputLimit: outputLimit)
        var usage = rusage()
        var status: Int32 = 0
        var timedOut = false
        while true {
            let ended = wait4(child, &status, WNOHANG, &usage) == child
            if ended { break }
            if let deadline, ContinuousClock.now >= deadline, !timedOut {
                timedOut = true
                kill(-child, SIGKILL)
            }
            conversation.serve(waitingUntil: timedOut ? nil : deadline)
        }
        let duration = ContinuousClock.now - began
        // Whatever it left behind would keep the pipes open.
        kill(-child, SIGKILL)
        conversation.drain()
        return Outcome(
            stdout: conversation.stdout, stderr: conversation.stderr, end: timedOut ? .timedOut : End(status),
            duration: duration.nanoseconds, cpuTime: usage.ru_utime.nanoseconds + usage.ru_stime.nanoseconds,
            memoryPeak: usage.ru_maxrss * 1024)
    }

    private func spawn(_ pipes: Pipes) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes.stdin.read, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes.stdout.write, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes.stderr.write, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var ignored = sigset_t()
        sigemptyset(&ignored)
        posix_spawnattr_setsigmask(&attributes, &ignored)
        sigaddset(&ignored, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var child: pid_t = 0
        let words: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", text].map { (word: String) in strdup(word) }
        defer { for word in words { free(word) } }
        guard chdir(directory) == 0 else {
            throw Failure("cannot enter \(directory): \(String(cString: strerror(errno)))")
        }
        let code = posix_spawnp(&child, "sh", &actions, &attributes, words + [nil], environ)
        guard code == 0 else { throw Failure("cannot start sh: \(String(cString: strerror(code)))") }
        return child
    }
}

extension Command.End {
    /// From the status of wait4(2).
    fileprivate init(_ status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }
}

extension Duration {
    var nanoseconds: Int {
        Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
    }
}

extension timeval {
    fileprivate var nanoseconds: Int { tv_sec * 1_000_000_000 + tv_usec * 1000 }
}
