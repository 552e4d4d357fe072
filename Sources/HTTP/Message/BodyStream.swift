internal import Synchronization

/// A body that comes in pieces: of an answer, which an endpoint writes and the connection takes, or of a request, the other
/// way round. Whoever makes them may write from any thread, and is told when the other side does not keep up, and when it
/// has left.
public final class BodyStream: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var writtenCount = 0
        var isEnded = false
        var isGone = false
        /// Whoever writes was told to wait.
        var isFull = false
        var highWaterMark: Int
        var wake: (@Sendable () -> Void)?

        var isOpen: Bool { !isGone && !isEnded }
    }

    private let state: Mutex<State>
    private let whenDrained: @Sendable () -> Void
    private let whenGone: @Sendable () -> Void

    public static let usualHighWaterMark = 256 << 10

    /// - Parameters:
    ///   - highWaterMark: bytes that may wait for the client before ``write(_:)`` says that it is enough.
    ///   - whenDrained: called on the thread that takes, the event loop's for an answer, when after that no more than half of
    ///     them wait.
    ///   - whenGone: called on the event loop's thread, once, if nobody reads on, mostly as the connection
    ///     has ended, and ``end()`` was not called.
    public init(
        highWaterMark: Int = usualHighWaterMark, whenDrained: @escaping @Sendable () -> Void = {},
        whenGone: @escaping @Sendable () -> Void = {}
    ) {
        state = Mutex(State(highWaterMark: highWaterMark))
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
            guard state.isOpen else { return (false, nil as (@Sendable () -> Void)?) }
            let wasEmpty = state.waiting.isEmpty
            let countBefore = state.waiting.count
            state.waiting += bytes
            state.writtenCount += state.waiting.count - countBefore
            if state.waiting.count > state.highWaterMark { state.isFull = true }
            return (!state.isFull, wasEmpty ? state.wake : nil)
        }
        wake?()
        return hasRoom
    }

    /// The body is whole. Any thread may call it.
    ///
    /// - Parameter last: bytes that nothing comes after, whoever else writes.
    /// - Returns: whether this is what has ended it. Otherwise the last bytes go nowhere.
    @discardableResult
    public func end(_ last: some Collection<UInt8> = []) -> Bool {
        let (isFirst, wake) = state.withLock { state in
            let isFirst = state.isOpen
            if isFirst {
                state.waiting += last
                state.writtenCount += last.count
            }
            state.isEnded = true
            return (isFirst, state.wake)
        }
        wake?()
        return isFirst
    }

    /// Whether it has neither ended nor been given up.
    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Bytes, those that were taken included.
    var writtenCount: Int { state.withLock { $0.writtenCount } }

    // MARK: The side that takes: one thread at a time, the event loop's for an answer

    /// Bytes that wait.
    var count: Int { state.withLock { $0.waiting.count } }

    /// From now on `wake` is called, on the thread that writes, when there is something to be taken after there was nothing,
    /// and at the end. It is not called for what is there by now.
    public func attach(_ wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
    }

    /// - Parameter bytes: that may wait from now on, see ``init(highWaterMark:whenDrained:whenGone:)``.
    func setHighWaterMark(_ bytes: Int) { state.withLock { $0.highWaterMark = bytes } }

    /// Has the connection look again.
    func wake() {
        state.withLock { $0.wake }?()
    }

    /// - Returns: up to so many bytes, none if none wait, and whether they are the last ones.
    public func take(_ most: Int) -> (bytes: [UInt8], isLast: Bool) {
        let (bytes, isLast, isDrained) = state.withLock { state in
            let bytes = Array(state.waiting.prefix(most))
            state.waiting.removeFirst(bytes.count)
            let isDrained = state.isFull && state.waiting.count <= state.highWaterMark / 2
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
            return state.isOpen
        }
        if wasAwaited { whenGone() }
    }
}
