internal import DockerRun
internal import HTTP

/// `GET /metrics`: numbers for Prometheus, put together on a worker, since that takes longer than the event loop has.
struct MetricsEndpoint: Endpoint {
    let page: MetricsPage
    let worker: WorkerPool

    func respond(to request: Request, _ responder: Responder) -> Answer {
        do throws(WorkerPool.Rejection) {
            let ticket = try worker.submit { turn in
                responder.send(turn == .work ? response() : .shuttingDown)
            }
            return .later { _ = worker.withdraw(ticket) }
        } catch {
            return .now(error == .closed ? .shuttingDown : .overloaded)
        }
    }

    private func response() -> Response {
        Response(contentType: MetricsText.contentType, .bytes(Array(page.text.utf8)[...]))
    }
}
