internal import DockerRun
internal import HTTP

/// `GET /run` of a client that asks for a WebSocket: a ``Dialogue``.
struct DialogueEndpoint: Endpoint {
    let access: Access
    let foreignPages: ForeignPages
    let surroundings: Dialogue.Surroundings

    func respond(to request: Request, _ responder: Responder) -> Answer {
        let client: Dialogue.Client = access.standing(of: request.head) == .good ? .trusted : .unknown
        let translation = RunDialogue(id: request.id, service: surroundings.service)
        return .now(
            Dialogue(id: request.id, of: client, translation, surroundings).answer(to: request.head))
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

extension Dialogue {
    /// What it needs of the server.
    struct Surroundings: Sendable {
        let service: RunService
        let metrics: RunMetrics
        let tokens: AccessTokens
        /// Bytes of a message.
        let maxMessageSize: Int
        let dialogues: Dialogues
    }
}
