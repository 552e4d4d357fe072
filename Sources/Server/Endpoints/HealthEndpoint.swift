/// `GET /healthz`: that there is an answer says that the event loop lives; it says nothing of anything else.
struct HealthEndpoint: Endpoint {
    private let response = HTTPResponse(json: ["status": "alive"])

    func respond(to request: HTTPRequest, _ responder: Responder) -> Answer {
        .now(response)
    }
}
