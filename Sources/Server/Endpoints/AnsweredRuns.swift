internal import DockerRun
internal import HTTP

/// Has runs done whose answers go to clients of HTTP, and measures them.
struct AnsweredRuns: Sendable {
    let service: RunService
    let metrics: RunMetrics
    let streams: EventStreams

    /// - Parameters:
    ///   - events: what is told meanwhile, if something is.
    ///   - answer: what came of it, as the client gets it.
    ///   - prepare: see ``RunService/submit(id:control:observe:prepare:)``.
    func submit(
        _ request: Request, _ responder: Responder, events: EventAnswer?,
        answer: @escaping @Sendable (RunReport) -> Response,
        prepare: @escaping @Sendable () throws(RunError) -> RunRequest
    ) throws(RunService.Rejection) -> Run {
        // A large body takes its time to come.
        let arrival = ContinuousClock.now - request.began
        let run = try service.submit(id: request.id, control: events?.control ?? RunControl()) { event in
            guard case .ended(var report) = event else {
                events?.tell(event)
                return
            }
            report.timings.queue? += arrival
            if report.timings.queue != nil { metrics.observe(report, total: ContinuousClock.now - request.began) }
            let response = answer(report)
            if !(events?.end(response) ?? false) { responder.send(response) }
        } prepare: { () throws(RunError) in
            var run = try prepare()
            run.streams = events != nil
            return run
        }
        events?.belongs(to: run)
        return run
    }
}
