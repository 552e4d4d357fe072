internal import HTTP

/// `GET /run` of a client that asks for a WebSocket: a ``Dialogue``.
struct DialogueEndpoint: Endpoint {
    let access: Access
    let foreignPages: ForeignPages
    let surroundings: Dialogue.Surroundings

    func respond(to request: Request, _ responder: Responder) -> Answer {
        let dialogue = Dialogue(
            id: request.id, hasToken: access.standing(of: request.head) == .good, surroundings)
        do throws(WebSocketHandshake.Refusal) {
            return .now(try dialogue.response(to: request.head))
        } catch {
            var response = Response.error(error.status, "request.websocket", error.reason)
            response.headers.append(error.headers)
            return .now(response)
        }
    }

    /// What keeps a request from becoming one. Browsers cannot send the token with it, so that who sends none may be a page that
    /// somebody has only come across.
    func refusal(of head: RequestHead) -> Response? {
        switch access.standing(of: head) {
        case .good: nil
        case .wrong: access.refusal(of: head)
        case .missing: foreignPages.refusal(of: head)
        }
    }
}
