internal import DockerRun
internal import HTTP

/// `POST /run`: has a worker run the payload.
struct RunEndpoint: Endpoint {
    let runs: AnsweredRuns

    func respond(to request: Request, _ responder: Responder) -> Answer {
        if let refusal = Self.refusal(of: request.headers["Content-Type"]) { return .now(refusal) }
        let events =
            EventAnswer.isWanted(by: request.headers)
            ? EventAnswer(responder, runs.streams, RunEventTexts(id: request.id).event) : nil
        do throws(RunService.Rejection) {
            let run = try runs.submit(request, responder, events: events, answer: Response.init) {
                [service = runs.service] () throws(RunError) in
                try RunRequest(body: request.body.take(), languageNamed: service.language)
            }
            return .later { run.cancel() }
        } catch {
            return error == .closed ? .now(.shuttingDown) : .refused(.overloaded)
        }
    }

    /// application/json, text/json, or a type with the suffix +json (RFC 6839), in UTF-8.
    private static func refusal(of contentType: String?) -> Response? {
        guard let contentType else { return nil }
        let type = MediaType(contentType)
        guard type.isJSON else {
            return .error(400, "request.body", "The Content-Type must be JSON, such as application/json")
        }
        guard type.isUTF8 else {
            let message = "The charset of the Content-Type is \(type.charset ?? ""); the body must be in UTF-8"
            return .error(400, "request.body", message)
        }
        return nil
    }
}

/// What `POST /run` and `GET /run` tell of a run: see docs/api.md, "Events".
struct RunEventTexts: Sendable {
    let id: String

    /// - Returns: name and data, JSON.
    func event(_ event: EventAnswer.Moment) -> (name: String, data: [UInt8])? {
        switch event {
        case .before(.started(_, let isWarm)):
            ("start", Array("{\"id\":\"\(id)\",\"start\":\"\(isWarm ? "warm" : "cold")\"}".utf8))
        case .before(.runner(let event)): (event.name.rawValue, event.value)
        case .before(.ended): nil
        case .answer(let body, let status): (status == 200 ? "result" : "error", Array(body))
        }
    }
}
