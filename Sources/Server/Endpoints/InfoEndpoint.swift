/// `GET /`: which service this is. The answer never changes, so it is made once.
struct InfoEndpoint: Endpoint {
    private let response: HTTPResponse

    init(version: String) {
        response = HTTPResponse(
            json: Info(
                name: "docker-run", version: version,
                description: "Api for running code in transient docker containers"))
    }

    func respond(to request: HTTPRequest, _ responder: Responder) -> Answer {
        .now(response)
    }

    private struct Info: Encodable {
        let name: String
        let version: String
        let description: String
    }
}
