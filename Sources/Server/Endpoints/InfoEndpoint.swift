internal import HTTP

/// `GET /`: which service this is. The answer never changes, so it is made once.
struct InfoEndpoint: Endpoint {
    private let response: Response

    init(version: String) {
        response = Response(
            json: Info(
                name: "docker-run", version: version,
                description: "Api for running code in transient docker containers"))
    }

    func respond(to request: Request, _ responder: Responder) -> Answer {
        .now(response)
    }

    private struct Info: Encodable {
        let name: String
        let version: String
        let description: String
    }
}
