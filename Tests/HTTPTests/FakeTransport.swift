@testable import HTTP

/// A connection without a socket: a test says what comes, what the kernel takes, and what time it is.
final class FakeTransport: Transport {
    unowned var connection: Connection!
    private(set) var input: [UInt8] = []
    /// Bytes that were written and that the kernel has not taken.
    private(set) var output: [UInt8] = []
    /// What the kernel has taken.
    private(set) var sent: [UInt8] = []
    private(set) var isReading = true
    private(set) var isPeerWatched = false
    private(set) var isClosed = false
    private(set) var hasEndedOutput = false
    /// When the connection wants to be woken.
    private(set) var wakeTime: ContinuousClock.Instant
    private let clock: Clock
    var isPeerGone = false
    var unacknowledgedCount = 0

    final class Clock {
        var now = ContinuousClock.now
    }

    init(_ clock: Clock) {
        self.clock = clock
        wakeTime = clock.now
    }

    var sentText: String { String(decoding: sent, as: UTF8.self) }

    // MARK: What a test does

    /// Something comes from the client; it is read if that is wanted.
    func receive(_ text: String) { receive(Array(text.utf8)) }

    func receive(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        input += bytes
        if isReading { connection.readable() }
    }

    /// The kernel takes all that was written, until there is no more.
    func drain() {
        while !output.isEmpty { drainOnce() }
    }

    func drainOnce() {
        sent += output
        output = []
        connection.drained()
    }

    /// What was sent, which is forgotten.
    func takeSent() -> String { String(decoding: takeSentBytes(), as: UTF8.self) }

    func takeSentBytes() -> [UInt8] {
        drain()
        defer { sent = [] }
        return sent
    }

    // MARK: What the connection does

    var inputCount: Int { input.count }
    var outputCount: Int { output.count }

    func takeInput(_ wanted: Int, _ body: (Span<UInt8>) -> Int) {
        let consumed = body(input.span)
        // Whatever was called may have closed the connection.
        if !isClosed { input.removeFirst(consumed) }
    }

    func setReading(_ isReading: Bool) { self.isReading = isReading }

    func write(_ bytes: Span<UInt8>) {
        guard !isClosed else { return }
        bytes.withUnsafeBufferPointer { output += $0 }
    }

    func discardOutput() { output = [] }
    func endOutput() { hasEndedOutput = true }
    func watchPeer() { isPeerWatched = true }
    func unwatchPeer() { isPeerWatched = false }
    func wake(after seconds: Double) { wakeTime = clock.now + .seconds(seconds) }

    func close() -> Bool {
        guard !isClosed else { return false }
        isClosed = true
        input = []
        output = []
        connection.closed()
        return true
    }
}
