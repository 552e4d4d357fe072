internal import Synchronization

/// A connection that an endpoint takes over (RFC 9110, section 7.8): bytes go both ways, and no HTTP follows the answer.
///
/// The connection lasts until ``output`` has ended and is written, or the client has closed its side.
public final class Tunnel: Sendable {
    /// What goes to the client.
    public let output: BodyStream
    private let receive: @Sendable ([UInt8]) -> Void
    private let paused = Atomic(false)

    /// - Parameter receive: called with what has come from the client, on the event loop's thread, which it must not block.
    public init(output: BodyStream, receive: @escaping @Sendable ([UInt8]) -> Void) {
        self.output = output
        self.receive = receive
    }

    /// Leaves unread, in the kernel, what comes from the client. Any thread may call it; on the event loop's it holds at once.
    public func pause() {
        paused.store(true, ordering: .sequentiallyConsistent)
        output.wake()
    }

    public func resume() {
        paused.store(false, ordering: .sequentiallyConsistent)
        output.wake()
    }

    var isPaused: Bool { paused.load(ordering: .sequentiallyConsistent) }

    func received(_ bytes: [UInt8]) { receive(bytes) }
}
