internal import Synchronization

/// The body of an answer that comes in pieces. Whoever makes them may write from any thread, and is told when the client does
/// not keep up, and when it has left.
public final class BodyStream: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var isEnded = false
        var isGone = false
        /// Whoever writes was told to wait.
        var isFull = false
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let highWaterMark: Int
    private let whenDrained: @Sendable () -> Void
    private let whenGone: @Sendable () -> Void

    /// - Parameters:
    ///   - highWaterMark: bytes that may wait for the client before ``write(_:)`` says that it is enough.
    ///   - whenDrained: called on the event loop's thread when after that no more than half of them wait.
    ///   - whenGone: called on the event loop's thread, once, if nobody reads on, mostly as the connection
    ///     has ended, and ``end()`` was not called.
    public init(
        highWaterMark: Int = 256 << 10, whenDrained: @escaping @Sendable () -> Void = {},
        whenGone: @escaping @Sendable () -> Void = {}
    ) {
        self.highWaterMark = highWaterMark
        self.whenDrained = whenDrained
        self.whenGone = whenGone
    }

    /// Appends to the body. Any thread may call it, also before the answer is sent.
    ///
    /// - Returns: false if no more should be written before `whenDrained` is called, or any more, since the client has left.
    ///   These bytes are taken in any case.
    @discardableResult
    public func write(_ bytes: some Sequence<UInt8>) -> Bool {
        let (hasRoom, wake) = state.withLock { state in
            guard !state.isGone, !state.isEnded else { return (false, nil as (@Sendable () -> Void)?) }
            let wasEmpty = state.waiting.isEmpty
            state.waiting += bytes
            if state.waiting.count > highWaterMark { state.isFull = true }
            return (!state.isFull, wasEmpty ? state.wake : nil)
        }
        wake?()
        return hasRoom
    }

    /// The body is whole. Any thread may call it.
    public func end() {
        let wake = state.withLock { state in
            state.isEnded = true
            return state.wake
        }
        wake?()
    }

    // MARK: The connection's side, on the event loop's thread

    /// Bytes that wait.
    var count: Int { state.withLock { $0.waiting.count } }

    /// From now on `wake` is called when there is something to be taken after there was nothing.
    func attach(_ wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
    }

    /// Has the connection look again.
    func wake() {
        state.withLock { $0.wake }?()
    }

    /// - Returns: up to so many bytes, and whether they are the last ones.
    func take(_ most: Int) -> (bytes: [UInt8], isLast: Bool) {
        let (bytes, isLast, isDrained) = state.withLock { state in
            let bytes = Array(state.waiting.prefix(most))
            state.waiting.removeFirst(bytes.count)
            let isDrained = state.isFull && state.waiting.count <= highWaterMark / 2
            if isDrained { state.isFull = false }
            return (bytes, state.isEnded && state.waiting.isEmpty, isDrained)
        }
        if isDrained { whenDrained() }
        return (bytes, isLast)
    }

    /// The connection has ended, or nobody wants this body.
    func abandon() {
        let wasAwaited = state.withLock { state in
            defer {
                state.isGone = true
                state.waiting = []
                state.wake = nil
            }
            return !state.isGone && !state.isEnded
        }
        if wasAwaited { whenGone() }
    }
}
