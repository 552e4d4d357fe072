internal import DockerRun
internal import HTTP

/// `POST /run`: has a worker run the payload.
struct RunEndpoint: Endpoint {
    let service: RunService
    let metrics: RunMetrics
    let streams: EventStreams

    func respond(to request: Request, _ responder: Responder) -> Answer {
        if let refusal = Self.refusal(of: request.headers["Content-Type"]) { return .now(refusal) }
        let arrival = ContinuousClock.now - request.began
        let events = EventAnswer.isWanted(by: request.headers) ? EventAnswer(id: request.id, responder, streams) : nil
        do throws(RunService.Rejection) {
            let run = try service.submit(id: request.id, control: events?.control ?? RunControl()) { event in
                switch event {
                case .started(_, let isWarm): events?.begin(isWarm: isWarm)
                case .runner(let event): events?.tell(event)
                case .ended(var report):
                    // A large body takes its time to come.
                    report.timings.queue? += arrival
                    if report.timings.queue != nil {
                        metrics.observe(report, total: ContinuousClock.now - request.began)
                    }
                    let response = Response(report)
                    if !(events?.end(response) ?? false) { responder.send(response) }
                }
            } prepare: { () throws(RunError) in
                var run = try RunRequest(body: request.body.take(), languageNamed: service.language)
                run.streams = events != nil
                return run
            }
            events?.belongs(to: run)
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
