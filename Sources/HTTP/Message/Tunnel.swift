internal import Synchronization

/// A connection that an endpoint takes over (RFC 9110, section 7.8): bytes go both ways, and no HTTP follows the answer.
///
/// The connection lasts until ``output`` has ended and is written, or the client has closed its side.
public final class Tunnel: Sendable {
    /// What goes to the client.
    public let output: BodyStream
    private let control: TunnelControl
    private let whenResumed: @Sendable () -> Void
    private let receive: @Sendable ([UInt8]) -> Void

    /// - Parameter receive: called with what has come from the client, on the event loop's thread, which it must not block.
    public convenience init(output: BodyStream, receive: @escaping @Sendable ([UInt8]) -> Void) {
        self.init(output: output, TunnelControl(), receive: receive)
    }

    /// - Parameter whenResumed: called on the event loop's thread before anything is received after a pause.
    init(
        output: BodyStream, _ control: TunnelControl, whenResumed: @escaping @Sendable () -> Void = {},
        receive: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.output = output
        self.control = control
        self.whenResumed = whenResumed
        self.receive = receive
    }

    /// Leaves unread, in the kernel, what comes from the client. Any thread may call it; on the event loop's it holds at once.
    public func pause() {
        control.pause(.owner)
        output.wake()
    }

    public func resume() {
        control.resume(.owner)
        output.wake()
    }

    /// From now on the connection does not give way, though its ``Route`` does. Any thread may call it; from within `receive`
    /// it holds before any other connection is looked at.
    public func stay() {
        control.stay()
        output.wake()
    }

    // MARK: The connection's side, on the event loop's thread

    var isPaused: Bool { control.isPaused }
    var stays: Bool { control.stays }

    /// Whether what comes is to be read. Whoever was resumed hears of it first, and may have paused again.
    func takesInput() -> Bool {
        while !isPaused {
            guard control.takeResumption() else { return true }
            whenResumed()
        }
        return false
    }

    func received(_ bytes: [UInt8]) { receive(bytes) }
}
