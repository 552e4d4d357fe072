internal import Facades
internal import HTTP

/// A WebSocket of a façade. Who may have one has shown it before.
struct FacadeDialogueEndpoint: Endpoint {
    let surroundings: ServedFacades.Surroundings
    let begin: @Sendable (FacadeRequest) -> any DialogueTranslation

    func respond(to request: Request, _ responder: Responder) -> Answer {
        guard let dialogues = surroundings.dialogues else { return .now(.noInteractiveRuns) }
        let translation = begin(surroundings.request(request.headers))
        return .now(Dialogue(id: request.id, needsToken: false, translation, dialogues).answer(to: request.head))
    }
}
