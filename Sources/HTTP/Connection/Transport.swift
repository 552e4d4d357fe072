/// The bytes of one connection, and its time: what a ``Connection`` needs of a socket. Once it is closed, nothing comes in,
/// and what is written goes nowhere.
protocol Transport: AnyObject {
    /// Bytes that have come and were not consumed.
    var inputCount: Int { get }
    /// Calls `body` with the first of them: with as many as are wanted, if they are there, and perhaps with more. It returns
    /// how many it has consumed.
    func takeInput(_ wanted: Int, _ body: (Span<UInt8>) -> Int)
    /// Whether what comes is read from the kernel.
    func setReading(_ isReading: Bool)

    /// Bytes that were written and that the kernel has not taken.
    var outputCount: Int { get }
    /// Copies the bytes. ``Connection/drained()`` is called when the kernel has taken all that was written.
    func write(_ bytes: Span<UInt8>)
    /// Forgets what the kernel has not taken.
    func discardOutput()
    /// Bytes that the kernel has taken and the client has not acknowledged.
    var unacknowledgedCount: Int { get }
    /// No more is sent; the client hears of it.
    func endOutput()

    /// Whether the client has closed its side or reset the connection. It may be asked while nothing is read.
    var isPeerGone: Bool { get }
    /// While nothing is read: has ``Connection/peerMayBeGone()`` called when the client sends more, closes or resets.
    func watchPeer()
    func unwatchPeer()

    /// Has ``Connection/timeIsUp()`` called once after so many seconds, and not at an earlier time that was set before.
    func wake(after seconds: Double)

    /// ``Connection/closed()`` is called before this returns, unless it was before.
    ///
    /// - Returns: false if the connection cannot be closed, as it is not set up yet, or closed.
    @discardableResult
    func close() -> Bool
}
