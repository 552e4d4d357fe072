internal import Synchronization

/// The WebSockets that are open now. The event loop calls ``tick()`` every ``interval``.
final class Dialogues: Sendable {
    private struct State {
        var all: [ObjectIdentifier: Dialogue] = [:]
        var ticks = 0
        var isStopped = false
    }

    private let state = Mutex(State())

    /// Seconds.
    static let interval = 1.0
    /// Intervals between two pings, so that nobody on the way takes a silent connection for dead.
    private static let pingInterval = 20

    var count: Int { state.withLock(\.all.count) }

    func add(_ dialogue: Dialogue) {
        let isStopped = state.withLock { state in
            state.all[ObjectIdentifier(dialogue)] = dialogue
            return state.isStopped
        }
        if isStopped { dialogue.stop() }
    }

    func remove(_ dialogue: Dialogue) { state.withLock { $0.all[ObjectIdentifier(dialogue)] = nil } }

    func tick() {
        let (all, isPing) = state.withLock { state in
            state.ticks += 1
            return (state.all.values, state.ticks % Self.pingInterval == 0)
        }
        let now = ContinuousClock.now
        for dialogue in all {
            dialogue.refuseSilence(now)
            if isPing { dialogue.ping() }
        }
    }

    /// Ends those that wait for a request, and all that come from now on.
    func stop() {
        let all = state.withLock { state in
            state.isStopped = true
            return state.all.values
        }
        for dialogue in all { dialogue.stop() }
    }
}
