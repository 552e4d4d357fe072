/// Answers the requests of a route. It is called on the event loop's thread, and must not block it.
public protocol Endpoint: Sendable {
    /// - Parameter responder: takes the answer, once, from any thread, unless this returns it.
    func respond(to request: Request, _ responder: Responder) -> Answer
}

/// How an endpoint has answered. A body that comes in pieces, or the end of HTTP on this connection, is the ``Response``'s to
/// say: see ``Response/Body``.
public enum Answer: Sendable {
    case now(Response)
    /// The responder will be given the answer. If the client leaves before that, `whenGone` is called, on the loop's thread.
    case later(whenGone: @Sendable () -> Void)
    /// There is no room. The answer is held back for up to a second if there are too many of its kind: see ``RefusalPace``.
    case refused(Response)
}

/// Brings the answer to one request from a worker to the event loop. It knows the request by its number only, since the
/// connection may be gone by then; the answer is dropped in that case.
public struct Responder: Sendable {
    let listener: LoopBound<Listener>
    let exchange: UInt64

    public func send(_ response: Response) {
        listener.post { [exchange] in $0.send(response, to: exchange) }
    }
}
