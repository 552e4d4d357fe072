internal import HTTP

/// `GET /openapi.yaml`: the API for programs, which is compiled in.
struct DescriptionEndpoint: Endpoint {
    // RFC 9512.
    private let response = Response(contentType: "application/yaml", .bytes(PackageResources.openapi_yaml[...]))

    func respond(to request: Request, _ responder: Responder) -> Answer {
        .now(response)
    }
}
