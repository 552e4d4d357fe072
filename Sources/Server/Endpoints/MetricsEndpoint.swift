internal import DockerRun

/// `GET /metrics`: numbers for Prometheus, put together on a worker, since that takes longer than the event loop has.
struct MetricsEndpoint: Endpoint {
    let page: MetricsPage
    let worker: WorkerPool

    func respond(to request: HTTPRequest, _ responder: Responder) -> Answer {
        do throws(WorkerPool.Rejection) {
            let ticket = try worker.submit { turn in
                responder.send(turn == .work ? response() : .shuttingDown)
            }
            return .later { _ = worker.withdraw(ticket) }
        } catch {
            return .now(error == .closed ? .shuttingDown : .overloaded)
        }
    }

    private func response() -> HTTPResponse {
        var response = HTTPResponse(status: 200, body: Array(page.text.utf8)[...])
        response.contentType = MetricsText.contentType
        return response
    }
}
