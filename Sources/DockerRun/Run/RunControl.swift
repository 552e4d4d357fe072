internal import Synchronization

/// Lets other threads end or pause a run that one thread works on, and say something to its program. Any of them may call it
/// at any time.
public final class RunControl: Sendable {
    private struct State {
        var isCancelled = false
        var isPaused = false
        /// Bytes that were said and not taken.
        var said: [UInt8] = []
        /// Whoever says something was told to wait.
        var isFull = false
        var connection: DockerConnection?
    }

    private let state = Mutex(State())

    private let whenHeard: @Sendable () -> Void

    /// Bytes that may wait before ``say(_:)`` says that it is enough.
    static let maximumSaid = 256 << 10

    /// - Parameter whenHeard: called on the run's thread when all has been taken after ``say(_:)`` returned false.
    public init(whenHeard: @escaping @Sendable () -> Void = {}) {
        self.whenHeard = whenHeard
    }

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

    /// Sends this to the runner of an interactive run, as soon as it has begun: see ``RunnerWord``.
    ///
    /// - Returns: false if no more should be said before `whenHeard` is called. This is sent in any case.
    public func say(_ word: RunnerWord) -> Bool {
        let (hasRoom, connection) = state.withLock { state in
            state.said += word.json
            if state.said.count > Self.maximumSaid { state.isFull = true }
            return (!state.isFull, state.connection)
        }
        connection?.wake()
        return hasRoom
    }

    /// Whether more may be said.
    public var hasRoom: Bool { state.withLock { !$0.isFull } }

    /// What was said since the last time.
    func takeSaid() -> [UInt8] {
        let (said, wasFull) = state.withLock { state in
            defer { (state.said, state.isFull) = ([], false) }
            return (state.said, state.isFull)
        }
        if wasFull { whenHeard() }
        return said
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
