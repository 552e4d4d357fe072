internal import DockerRun

/// `GET /version`: what the Docker daemon says of itself. It is asked on a worker of its own, so that a daemon which does
/// not answer costs no run its place.
struct VersionEndpoint: Endpoint {
    let docker: DockerClient
    let worker = WorkerPool(name: "version", workers: 1, capacity: 16)

    func respond(to request: HTTPRequest, _ responder: Responder) -> Answer {
        do throws(WorkerPool.Rejection) {
            let ticket = try worker.submit { _ in responder.send(response()) }
            return .later { _ = worker.withdraw(ticket) }
        } catch {
            return .now(.overloaded)
        }
    }

    private func response() -> HTTPResponse {
        do {
            return HTTPResponse(json: ["docker": try docker.version()])
        } catch {
            switch error {
            case .cannotConnect:
                return .error(500, "docker.unixsocket", "Failed to connect to docker unix socket: \(error)")
            case .timedOut, .refused, .transport:
                return .error(500, "docker.version", "Failed to get docker version: \(error)")
            }
        }
    }
}
