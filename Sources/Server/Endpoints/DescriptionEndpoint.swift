/// `GET /openapi.yaml`: the API for programs, which is compiled in.
struct DescriptionEndpoint: Endpoint {
    private let response = {
        var response = HTTPResponse(status: 200, body: PackageResources.openapi_yaml[...])
        // RFC 9512.
        response.contentType = "application/yaml"
        return response
    }()

    func respond(to request: HTTPRequest, _ responder: Responder) -> Answer {
        .now(response)
    }
}
