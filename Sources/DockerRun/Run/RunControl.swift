internal import Synchronization

/// Lets other threads end or pause a run that one thread works on. Any of them may call it at any time.
public final class RunControl: Sendable {
    private struct State {
        var isCancelled = false
        var isPaused = false
        var connection: DockerConnection?
    }

    private let state = Mutex(State())

    public init() {}

    var isCancelled: Bool { state.withLock(\.isCancelled) }
    var isPaused: Bool { state.withLock(\.isPaused) }

    /// Ends the run as soon as its worker notices, which it does at once where it waits for the container.
    func cancel() {
        let connection = state.withLock { state in
            state.isCancelled = true
            return state.connection
        }
        connection?.wake()
    }

    /// Has nothing more read of what the container prints, so that it cannot go on printing for long. Its time goes on.
    public func pause() {
        state.withLock { $0.isPaused = true }
    }

    public func resume() {
        let connection = state.withLock { state in
            state.isPaused = false
            return state.connection
        }
        connection?.wake()
    }

    /// While `body` runs, what is done here also ends the connection's wait.
    func waking<Result, Failure: Error>(
        _ connection: DockerConnection, during body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        state.withLock { $0.connection = connection }
        defer { state.withLock { $0.connection = nil } }
        return try body()
    }
}
