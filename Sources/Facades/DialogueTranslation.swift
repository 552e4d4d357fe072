public import DockerRun
public import HTTP

/// How a client and a program talk over one WebSocket, in the words of one contract: first a request, then words one way and
/// events the other, at last the end.
public protocol DialogueTranslation: Sendable {
    /// How it is closed if no request has come in time.
    var silence: DialogueEnd { get }

    /// Bytes of a message to the program, whatever may be sent otherwise: the event loop's thread looks at it.
    var maximumWordSize: Int { get }

    /// The run that a client's first message asks for. Called on the run's thread, which may block.
    func request(_ message: [UInt8]) throws(RunError) -> RunRequest

    /// What a client says to the program. Called on the event loop's thread.
    ///
    /// - Returns: nil if it is nothing to the program.
    /// - Throws: ``DialogueEnd`` if it ends everything.
    func word(_ message: [UInt8]) throws(DialogueEnd) -> RunnerWord?

    /// The messages that tell the client of this, which is not the end. Called on the run's thread.
    func messages(_ event: RunEvent) -> [[UInt8]]

    /// - Parameter request: the client's first message.
    func end(_ outcome: Result<ArraySlice<UInt8>, Fault>, of request: [UInt8]) -> DialogueEnd
}

/// How a WebSocket ends.
public struct DialogueEnd: Error, Sendable, Equatable {
    public var code: WebSocketCloseCode
    public var reason: String
    /// What the client gets before it is closed.
    public var messages: [[UInt8]]

    public init(_ code: WebSocketCloseCode, _ reason: String = "", _ messages: [[UInt8]] = []) {
        (self.code, self.reason, self.messages) = (code, reason, messages)
    }
}
