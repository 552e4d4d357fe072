/// Answers the requests of a route. It is called on the event loop's thread, and must not block it.
protocol Endpoint: Sendable {
    /// - Parameter responder: takes the answer, once, from any thread, unless this returns it.
    func respond(to request: HTTPRequest, _ responder: Responder) -> Answer
}

/// How an endpoint has answered.
enum Answer {
    case now(HTTPResponse)
    /// The responder will be given the answer. If the client leaves before that, `whenGone` is called, on the loop's thread.
    case later(whenGone: @Sendable () -> Void)
    /// There is no room. The answer is held back for up to a second if there are too many of its kind: see ``RefusalPace``.
    case refused(HTTPResponse)
}

/// Brings the answer to one request from a worker to the event loop. It knows the request by its id only, since the
/// connection may be gone by then; the answer is dropped in that case.
struct Responder: Sendable {
    let server: HTTPServer
    let exchange: UInt64

    func send(_ response: HTTPResponse) {
        server.loop.post { server.send(response, to: exchange) }
    }
}
