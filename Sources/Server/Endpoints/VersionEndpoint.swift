internal import DockerRun
internal import HTTP

/// `GET /version`: what the Docker daemon says of itself, asked on a worker.
struct VersionEndpoint: Endpoint {
    let service: RunService
    let worker: WorkerPool

    func respond(to request: Request, _ responder: Responder) -> Answer {
        do throws(WorkerPool.Rejection) {
            let ticket = try worker.submit { turn in responder.send(turn == .work ? response() : .shuttingDown) }
            return .later { _ = worker.withdraw(ticket) }
        } catch {
            return error == .closed ? .now(.shuttingDown) : .refused(.overloaded)
        }
    }

    private func response() -> Response {
        do {
            return Response(json: ["docker": try service.engineVersion()])
        } catch {
            switch error {
            case .cannotConnect:
                return .error(500, "docker.unixsocket", "Failed to connect to docker unix socket: \(error)")
            case .timedOut, .refused, .transport, .unsuitable:
                return .error(500, "docker.version", "Failed to get docker version: \(error)")
            }
        }
    }
}
