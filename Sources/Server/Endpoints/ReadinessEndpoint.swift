internal import DockerRun
internal import HTTP

/// `GET /readyz`: whether a run that is sent now would be taken. The daemon is asked on a worker.
struct ReadinessEndpoint: Endpoint {
    let readiness: Readiness
    let worker: WorkerPool

    func respond(to request: Request, _ responder: Responder) -> Answer {
        if let state = readiness.known { return .now(Self.response(state)) }
        do throws(WorkerPool.Rejection) {
            let ticket = try worker.submit { turn in
                responder.send(turn == .work ? Self.response(readiness.check()) : .shuttingDown)
            }
            return .later { _ = worker.withdraw(ticket) }
        } catch {
            return .now(error == .closed ? .shuttingDown : .overloaded)
        }
    }

    private static let ready = Response(json: ["status": "ready"])

    private static func response(_ state: Readiness.State) -> Response {
        switch state {
        case .ready: ready
        case .stopping: .shuttingDown
        case .queueFull: .overloaded
        case .daemon(let error):
            switch error {
            case .cannotConnect:
                .error(503, "docker.unixsocket", "Failed to connect to docker unix socket: \(error)")
            case .timedOut:
                .error(503, "docker.ping", "Failed to ping docker: no answer within \(RunService.pingTimeout) s")
            case .refused, .transport, .unsuitable: .error(503, "docker.ping", "Failed to ping docker: \(error)")
            }
        }
    }
}
