internal import HTTP

/// `GET /healthz`: that there is an answer says that the event loop lives; it says nothing of anything else.
struct HealthEndpoint: Endpoint {
    private let response = Response(json: ["status": "alive"])

    func respond(to request: Request, _ responder: Responder) -> Answer {
        .now(response)
    }
}
