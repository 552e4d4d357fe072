internal import Synchronization

/// A connection on which text messages go both ways (RFC 6455), on the server's side of it, without extensions and
/// subprotocols.
///
/// Any thread may say what goes to the client, and whether it is read. What the client says comes on the event loop's thread.
public final class WebSocket: Sendable {
    private let output: BodyStream
    private let control: TunnelControl
    private let reader: Mutex<WebSocketReader>
    private let receive: @Sendable ([UInt8]) -> Void
    private let whenGone: @Sendable () -> Void

    /// - Parameters:
    ///   - maximumMessageSize: bytes of a message of the client.
    ///   - whenDrained: called on the event loop's thread when no more waits for the client than should, after
    ///     ``send(_:)`` has said that more does.
    ///   - whenGone: called on the event loop's thread, once, if the client has left, closed, or broken the protocol, and
    ///     ``close(_:_:)`` was not called before.
    ///   - receive: called with each text of the client, which is UTF-8, on the event loop's thread, which it must not block.
    public init(
        maximumMessageSize: Int, whenDrained: @escaping @Sendable () -> Void, whenGone: @escaping @Sendable () -> Void,
        receive: @escaping @Sendable ([UInt8]) -> Void
    ) {
        let control = TunnelControl()
        output = BodyStream(
            highWaterMark: Self.highWaterMarkBeforeStay,
            whenDrained: {
                control.resume(.output)
                whenDrained()
            }, whenGone: whenGone)
        self.control = control
        reader = Mutex(WebSocketReader(maximumSize: maximumMessageSize))
        self.receive = receive
        self.whenGone = whenGone
    }

    /// The answer that makes the connection of this request a WebSocket. For one request only.
    public func response(to head: RequestHead) throws(WebSocketHandshake.Refusal) -> Response {
        let headers = try WebSocketHandshake.accept(head)
        // The tunnel knows this object, and not the other way round: they are kept for as long as the connection lasts.
        let tunnel = Tunnel(output: output, control, whenResumed: { self.read() }, receive: { self.received($0) })
        var response = Response(status: 101, .tunnel(tunnel))
        response.headers = headers
        return response
    }

    // MARK: What goes to the client

    /// Sends a message, which has to be UTF-8. Any thread may call it, also before the answer is sent.
    ///
    /// - Returns: false if no more should be sent before `whenDrained` is called, or any more, since the WebSocket is closed.
    @discardableResult
    public func send(_ text: some Collection<UInt8>) -> Bool { output.write(WebSocketFrame.text(text)) }

    /// Whether more may be sent.
    public var hasRoom: Bool { output.write([]) }

    /// Has the client show that it is there: nothing comes of it here, but its connection breaks if it is not.
    public func ping() { output.write(WebSocketFrame.ping()) }

    /// Says that nothing more comes, and why. What the client still sends is thrown away, until it has closed, or has had
    /// the time for it.
    ///
    /// - Parameter reason: cut to 123 bytes.
    public func close(_ code: WebSocketCloseCode, _ reason: String = "") { end(WebSocketFrame.close(code, reason)) }

    /// - Returns: whether this is what has ended it.
    @discardableResult
    private func end(_ close: [UInt8]) -> Bool {
        let isFirst = output.end(close)
        // What comes now is thrown away, and the end of the connection is noticed only where something is read.
        control.resume(.output)
        resume()
        return isFirst
    }

    // MARK: What comes from the client

    /// Leaves unread, in the kernel, what comes from the client. Any thread may call it; from within `receive` it holds before
    /// the next message.
    public func pause() {
        control.pause(.owner)
        output.wake()
    }

    public func resume() {
        control.resume(.owner)
        output.wake()
    }

    /// Bytes. Who may have to give way shall cost little, whatever pings it sends and pongs it does not take.
    private static let highWaterMarkBeforeStay = 4 << 10

    /// From now on the connection does not give way: see ``Tunnel/stay()``.
    public func stay() {
        output.setHighWaterMark(BodyStream.usualHighWaterMark)
        control.stay()
        output.wake()
    }

    /// Any thread may call it; from within `receive` it holds for the next message.
    ///
    /// - Parameter size: bytes.
    public func setMaximumMessageSize(_ size: Int) { reader.withLock { $0.maximumSize = size } }

    private func received(_ bytes: [UInt8]) {
        guard output.isOpen else { return }
        reader.withLock { $0.append(bytes) }
        read()
    }

    /// Reads on in what has come, until a pause. Whoever is called from here may pause, close and whatever else.
    private func read() {
        while output.isOpen, !control.isPaused {
            do throws(WebSocketFault) {
                guard let input = try next() else { return }
                handle(input)
            } catch {
                clientEnds(WebSocketFrame.close(error.code, error.reason))
            }
        }
    }

    private func next() throws(WebSocketFault) -> WebSocketInput? {
        try reader.withLock { reader throws(WebSocketFault) in try reader.next() }
    }

    private func handle(_ input: WebSocketInput) {
        switch input {
        case .text(let text): receive(text)
        // Who sends pings and takes no pongs is read no further.
        case .ping(let payload): if !output.write(WebSocketFrame.pong(payload)) { control.pause(.output) }
        case .pong: break
        // With its own code (RFC 6455, section 5.5.1).
        case .close(let code): clientEnds(WebSocketFrame.close(code))
        }
    }

    private func clientEnds(_ close: [UInt8]) {
        if end(close) { whenGone() }
    }
}
