internal import Glibc

/// What became of a command, or of several one after the other.
struct CommandOutcome {
    enum End: Equatable {
        case exited(Int32)
        case signalled(Int32)
        /// So much time had passed, and the command was killed.
        case timedOut(Duration)
        /// It did not read what was typed, see ``Dialogue/maximumWaiting``, and was killed.
        case overfilled
    }

    /// What a command ran into.
    enum Limit: String {
        case time, memory, output, processes
    }

    var printed: PrintedOutput
    /// Nil of several that have an end each.
    var end: End?
    /// What it ran into, the time before memory, and that before the number of processes. Of the output it is not known
    /// before the result is written.
    var limit: Limit?
    /// Nanoseconds.
    var duration: Int
    /// Nanoseconds of CPU time, of the child and of those it has waited for.
    var cpuTime: Int
    /// Bytes that were resident at most, in any one of these processes.
    var memoryPeak: Int

    var isSuccess: Bool { end == .exited(0) }

    /// Both together; it ends as the later one does.
    func followed(by later: CommandOutcome) -> CommandOutcome {
        var both = self
        both.printed.append(later.printed)
        both.end = later.end
        both.limit = later.limit ?? limit
        both.duration += later.duration
        both.cpuTime += later.cpuTime
        both.memoryPeak = max(memoryPeak, later.memoryPeak)
        return both
    }

    /// In words; empty if all went well.
    var error: String {
        switch end {
        case nil, .exited(0): ""
        // A shell's way to say that SIGKILL ended what it ran.
        case .exited(128 + SIGKILL): "Exit code: \(128 + SIGKILL)\(memoryReason)"
        case .exited(let code): "Exit code: \(code)"
        case .signalled(SIGKILL): "Killed by signal \(SIGKILL)\(Signal.name(SIGKILL))\(memoryReason)"
        case .signalled(let signal): "Killed by signal \(signal)\(Signal.name(signal))"
        case .timedOut(let time): "Time limit exceeded (\(time))"
        case .overfilled: "More than \(Dialogue.maximumWaiting) bytes that were typed have not been read"
        }
    }

    private var memoryReason: String {
        guard limit == .memory else { return "" }
        return ": out of memory" + (ContainerCgroup.current?.limit.map { " (limit \($0) bytes)" } ?? "")
    }
}

extension CommandOutcome.End {
    /// - Parameter status: from wait4(2).
    init(status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }
}
