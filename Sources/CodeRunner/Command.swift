internal import CProcess
internal import Glibc

/// A shell command as a child process. When it has ended, whatever it started and left behind is ended too.
///
/// Both outputs and stdin are served at once with poll(2), so that nothing deadlocks, whatever the child reads or not.
struct Command {
    /// What became of a command.
    struct Outcome {
        var stdout: BoundedOutput
        var stderr: BoundedOutput
        var end: End
        /// Whether the kernel killed a process meanwhile because memory ran out.
        var ranOutOfMemory: Bool
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
    /// The shell's positional parameters.
    let arguments: [String]
    /// Variables beside those of this process.
    let environment: [String: String]
    let directory: String
    let stdin: [UInt8]
    let outputLimit: Int
    let deadline: ContinuousClock.Instant?

    func run(_ descendants: Descendants) throws(Failure) -> Outcome {
        signal(SIGPIPE, SIG_IGN)
        var streams = try ChildStreams(stdin: stdin, outputLimit: outputLimit)
        let killsBefore = MemoryCgroup.current?.outOfMemoryKills
        let began = ContinuousClock.now
        let child = try start(streams.childEnds)
        streams.childHasStarted()
        let reserve = MemoryReserve(limit: MemoryCgroup.current?.limit)
        var ending: Descendants.Ending?
        var timedOut = false
        while ending == nil, !timedOut {
            streams.serve(until: deadline, descendants.signal)
            ending = descendants.reap(child).ending
            if let deadline { timedOut = ending == nil && .now >= deadline }
        }
        let duration = ContinuousClock.now - began
        // They would go on, keep the pipes open, and be there when the next command begins.
        ending = descendants.end(child) ?? ending
        reserve.release()
        streams.drain()
        return Outcome(
            stdout: streams.stdout, stderr: streams.stderr, end: End(timedOut ? nil : ending?.status),
            ranOutOfMemory: MemoryCgroup.current?.outOfMemoryKills != killsBefore, duration: duration.nanoseconds,
            cpuTime: ending?.usage.cpuTime ?? 0, memoryPeak: (ending?.usage.ru_maxrss ?? 0) * 1024)
    }

    private func start(_ descriptors: [Int32]) throws(Failure) -> pid_t {
        var failed: UnsafePointer<CChar>?
        let variables = environment.map { "\($0)=\($1)" }
        let child = process_start_shell(
            text, arguments.flatMap(\.utf8CString), arguments.count, variables.flatMap(\.utf8CString), variables.count,
            directory, descriptors, &failed)
        guard child < 0 else { return child }
        let failure = Failure.system(failed.map { String(cString: $0) } ?? "start sh")
        // execve(2): each text has to be shorter than 128 KiB, and all together shorter than a quarter of the stack.
        guard errno != E2BIG else { throw Failure("\(failure): \"args\" and \"env\" are longer than the system takes") }
        guard errno == EAGAIN else { throw failure }
        throw Failure(
            "\(failure): there are too many processes, in this container (DOCKER_CONTAINER_PIDS_LIMIT) or of this user "
                + "on the whole host (DOCKER_CONTAINER_ULIMIT_NPROC_SOFT)")
    }
}

extension Command.End {
    /// - Parameter status: from wait4(2); nil if the child did not end by itself.
    fileprivate init(_ status: Int32?) {
        guard let status else {
            self = .timedOut
            return
        }
        let signal = status & 0x7F
        self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }
}

extension rusage {
    /// Nanoseconds.
    fileprivate var cpuTime: Int {
        [ru_utime, ru_stime].map { $0.tv_sec * 1_000_000_000 + $0.tv_usec * 1000 }.reduce(0, +)
    }
}

extension Duration {
    var nanoseconds: Int {
        Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
    }
}
