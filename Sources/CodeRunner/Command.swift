internal import Glibc

/// A shell command as a child process. When it has ended, whatever it started and left behind is ended too.
///
/// Both outputs and stdin are served at once with poll(2), so that nothing deadlocks, whatever the child reads or not.
struct Command {
    let text: String
    /// The shell's positional parameters.
    var arguments: [String] = []
    /// Variables beside those of this process.
    let environment: [String: String]
    let directory: String
    let input: StandardInput
    /// What it has in place of pipes, if it has.
    var terminal: TerminalSize?
    /// What takes its output.
    let printed: PrintedOutput
    let timeLimit: TimeLimit?
    /// What may wait to be printed meanwhile.
    let events: EventStream?
    /// What is said to it while it runs.
    let dialogue: Dialogue?

    /// - Parameter prelude: has waited for this command, and takes the place of a new child.
    func run(_ descendants: Descendants, after prelude: Prelude? = nil) throws(Failure) -> CommandOutcome {
        let before = RefusalCounts.now
        let began = ContinuousClock.now
        var child = try start(descendants, prelude)
        let reserve = MemoryReserve(limit: ContainerCgroup.current?.limit)
        var ending: Descendants.Ending?
        var passed: TimeLimit?
        while ending == nil, passed == nil, !isOverfull {
            for signal in dialogue?.takeSignals() ?? [] { child.streams.send(signal, to: child.process) }
            if terminal != nil, let size = dialogue?.takeSize() { child.streams.resize(size) }
            try child.streams.serve(until: timeLimit?.deadline, descendants.signal, events, dialogue)
            ending = descendants.reap(child.process).ending
            if ending == nil, let timeLimit, .now >= timeLimit.deadline { passed = timeLimit }
        }
        let duration = ContinuousClock.now - began
        // They would go on, keep the pipes open, and be there when the next command begins.
        ending = descendants.end(child.process) ?? ending
        reserve.release()
        child.streams.drain()
        return CommandOutcome(
            printed: child.streams.printed,
            end: isOverfull
                ? .overfilled : passed.map { .timedOut($0.duration) } ?? .init(status: ending?.status ?? 0),
            limit: passed != nil ? .time : RefusalCounts.now.limit(since: before), duration: duration.nanoseconds,
            cpuTime: max(0, (ending?.usage.cpuTime ?? 0) - child.cpuTimeBefore),
            memoryPeak: (ending?.usage.ru_maxrss ?? 0) * 1024)
    }

    private var isOverfull: Bool { dialogue?.isOverfull ?? false }

    private func start(_ descendants: Descendants, _ prelude: Prelude?) throws(Failure) -> Child {
        if let child = prelude?.begin(text, descendants, input, printed) { return child }
        // A size that came during a build is the program's from its first moment on.
        let streams = try ChildStreams(input, printed, terminal: terminal.map { dialogue?.takeSize() ?? $0 })
        return try Child(
            text, arguments, environment: environment, directory: directory, streams, onTerminal: terminal != nil)
    }
}

/// How often the kernel has killed or refused something so far, because a limit of the container was reached.
private struct RefusalCounts {
    let outOfMemoryKills: Int?
    let refusedProcesses: Int?

    static var now: RefusalCounts {
        let cgroup = ContainerCgroup.current
        return RefusalCounts(outOfMemoryKills: cgroup?.outOfMemoryKills, refusedProcesses: cgroup?.refusedProcesses)
    }

    func limit(since before: RefusalCounts) -> CommandOutcome.Limit? {
        if let now = outOfMemoryKills, let before = before.outOfMemoryKills, now != before { return .memory }
        if let now = refusedProcesses, let before = before.refusedProcesses, now != before { return .processes }
        return nil
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
