internal import Facades
internal import HTTP

/// A WebSocket of a façade. Who may have one has shown it before.
struct FacadeDialogueEndpoint: Endpoint {
    let surroundings: ServedFacades.Surroundings
    /// Whether a request has a good token.
    let hasToken: @Sendable (RequestHead) -> Bool
    let begin: @Sendable (FacadeRequest) -> any DialogueTranslation

    func respond(to request: Request, _ responder: Responder) -> Answer {
        guard let dialogues = surroundings.dialogues else { return .now(.noInteractiveRuns) }
        let translation = begin(surroundings.request(request.headers))
        let client: Dialogue.Client = hasToken(request.head) ? .trusted : .anybody
        return .now(Dialogue(id: request.id, of: client, translation, dialogues).answer(to: request.head))
    }
}
