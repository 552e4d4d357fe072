internal import HTTP

/// `GET /run` of a client that asks for a WebSocket: a ``Dialogue``.
struct DialogueEndpoint: Endpoint {
    let access: Access
    let foreignPages: ForeignPages
    let surroundings: Dialogue.Surroundings

    func respond(to request: Request, _ responder: Responder) -> Answer {
        let needsToken = access.standing(of: request.head) != .good
        let translation = RunDialogue(id: request.id, service: surroundings.service)
        return .now(
            Dialogue(id: request.id, needsToken: needsToken, translation, surroundings).answer(to: request.head))
    }

    /// What keeps a request from becoming one. Browsers cannot send the token with it, so that who sends none may be a page that
    /// somebody has only come across.
    func refusal(of head: RequestHead) -> Response? {
        switch access.standing(of: head) {
        case .good: nil
        case .wrong: Access.unauthorized
        case .missing: foreignPages.refusal(of: head)
        }
    }
}
