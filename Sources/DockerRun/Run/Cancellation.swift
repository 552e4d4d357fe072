internal import Synchronization

/// Lets one thread end a run that another thread works on.
final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var connection: DockerConnection?
    }

    private let state = Mutex(State())

    init() {}

    var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Ends the run as soon as its worker notices, which it does at once where it waits for the container. Any thread.
    func cancel() {
        let connection = state.withLock { state in
            state.isCancelled = true
            return state.connection
        }
        connection?.wake()
    }

    /// While `body` runs, a cancellation also ends the connection's wait.
    func waking<Result, Failure: Error>(
        _ connection: DockerConnection, during body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        state.withLock { $0.connection = connection }
        defer { state.withLock { $0.connection = nil } }
        return try body()
    }
}
