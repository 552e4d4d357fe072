internal import Synchronization

/// The names of this process's containers, each from before it is created until the daemon has said that it is gone.
/// What carries this server's label and is not here is a leftover.
final class ContainerLedger: Sendable {
    private struct State {
        var names: Set<String> = []
        var whenEmpty: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    init() {}

    var count: Int { state.withLock(\.names.count) }

    func contains(_ name: String) -> Bool {
        state.withLock { $0.names.contains(name) }
    }

    func add(_ name: String) {
        state.withLock { _ = $0.names.insert(name) }
    }

    func remove(_ name: String) {
        callIfEmpty { $0.names.remove(name) }
    }

    /// Calls `body` once, as soon as no container is left: on this thread if that is now, else on the thread that
    /// removes the last one.
    func whenEmpty(_ body: @escaping @Sendable () -> Void) {
        callIfEmpty { $0.whenEmpty.append(body) }
    }

    private func callIfEmpty(after change: (inout State) -> Void) {
        let calls = state.withLock { state in
            change(&state)
            guard state.names.isEmpty else { return [@Sendable () -> Void]() }
            defer { state.whenEmpty = [] }
            return state.whenEmpty
        }
        for call in calls { call() }
    }
}
