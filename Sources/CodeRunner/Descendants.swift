internal import CProcess
internal import Glibc

/// The processes below this one. Those whose parent has ended become its children: as process 1 of a container it gets all
/// that there are, elsewhere it asks to be their subreaper, prctl(2).
final class Descendants {
    /// How a child ended, as wait4(2) says.
    struct Ending {
        let status: Int32
        let usage: rusage
    }

    let signal: ChildSignal
    /// Whether this is process 1 of a container, in which all others are below it.
    let isInit = getpid() == 1
    /// Children that wait for their turn. One that ends is none of them any more.
    private(set) var waiting: Set<pid_t> = []

    init() throws(Failure) {
        signal = try ChildSignal()
        if !isInit { _ = process_set_child_subreaper() }
    }

    /// This child waits: it stays when a command before its own has ended.
    func await(_ child: pid_t) { waiting.insert(child) }

    /// This child waits no longer.
    ///
    /// - Returns: false if it has ended meanwhile. The number may be another process's by now.
    func stopWaiting(_ child: pid_t) -> Bool { waiting.remove(child) != nil }

    /// Takes all that have ended, so that they do not go on counting against the limit of processes.
    ///
    /// - Returns: how `child` ended, if it was among them, and whether any child is left.
    @discardableResult
    func reap(_ child: pid_t = 0) -> (ending: Ending?, anyLeft: Bool) {
        var ending: Ending?
        while true {
            var status: Int32 = 0
            var usage = rusage()
            let ended = wait4(-1, &status, WNOHANG, &usage)
            if ended == child { ending = Ending(status: status, usage: usage) }
            if ended <= 0 { return (ending, ended == 0) }
            waiting.remove(ended)
        }
    }

    /// Ends all but those that wait, in whatever group or session they are, and waits until they are gone; for half a second
    /// at most, since there are some that cannot be killed: those of another user, by a setuid program, and those that a disk
    /// holds. Where one has to be killed, those that wait are killed with it: what multiplies is only caught all at once.
    ///
    /// - Returns: how `child` ended, if it is among them.
    func end(_ child: pid_t) -> Ending? {
        let giveUp = ContinuousClock.now + .milliseconds(500)
        var ending: Ending?
        while true {
            let reaped = reap(child)
            ending = ending ?? reaped.ending
            guard reaped.anyLeft, !areAllWaiting, .now < giveUp else { return ending }
            killAll()
            signal.wait(.milliseconds(10))
        }
    }

    private var areAllWaiting: Bool {
        guard !waiting.isEmpty, let children = Self.children() else { return false }
        return waiting.isSuperset(of: children)
    }

    private func killAll() {
        guard !isInit else {
            // All that this process can see, which is its container; not itself, kill(2).
            kill(-1, SIGKILL)
            return
        }
        // The number of a child is nobody else's before it was waited for. Its children become children here.
        for child in Self.children() ?? [] { kill(child, SIGKILL) }
    }

    /// From proc(5).
    private static func children() -> [pid_t]? {
        KernelFile.read("/proc/thread-self/children")?.split(separator: UInt8(ascii: " "))
            .compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
    }
}
