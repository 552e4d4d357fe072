internal import DockerRun
internal import HTTP

/// Answers with something that the Docker daemon has to be asked for, on a worker.
struct EngineEndpoint: Endpoint {
    let worker: WorkerPool
    /// The code of an answer that the daemon does not give, and what cannot be done then.
    let failure: (code: String, deed: String)
    let answer: @Sendable () throws(DockerError) -> Response

    func respond(to request: Request, _ responder: Responder) -> Answer {
        do throws(WorkerPool.Rejection) {
            let ticket = try worker.submit { turn in responder.send(turn == .work ? response() : .shuttingDown) }
            return .later { _ = worker.withdraw(ticket) }
        } catch {
            return error == .closed ? .now(.shuttingDown) : .refused(.overloaded)
        }
    }

    private func response() -> Response {
        do throws(DockerError) {
            return try answer()
        } catch {
            switch error {
            case .cannotConnect:
                return .error(500, "docker.unixsocket", "Failed to connect to docker unix socket: \(error)")
            case .timedOut, .refused, .transport, .unsuitable:
                return .error(500, failure.code, "Failed to \(failure.deed): \(error)")
            }
        }
    }
}

extension EngineEndpoint {
    /// `GET /version`: what the daemon says of itself.
    static func version(_ service: RunService, _ worker: WorkerPool) -> EngineEndpoint {
        EngineEndpoint(worker: worker, failure: ("docker.version", "get docker version")) { () throws(DockerError) in
            Response(json: ["docker": try service.engineVersion()])
        }
    }

    /// `GET /languages`: those that there are.
    static func languages(_ service: RunService, _ worker: WorkerPool) -> EngineEndpoint {
        EngineEndpoint(worker: worker, failure: ("docker.images", "list images")) { () throws(DockerError) in
            Response(json: try service.languages())
        }
    }
}
