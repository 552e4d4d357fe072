internal import HTTP

/// Has requests and connections logged and counted.
final class RequestObserver: Observer {
    private var log: RequestLog
    private let metrics: RequestMetrics

    init(_ log: RequestLog, _ metrics: RequestMetrics) {
        self.log = log
        self.metrics = metrics
    }

    func connectionOpened() { metrics.connections.opened() }
    func connectionClosed() { metrics.connections.closed() }
    func connectionGaveWay() { metrics.connections.gaveWay() }

    func answered(_ request: Request, _ response: Response, sent: Int) {
        let remarks = response.remarks.latest
        log.write(request, response.status, remarks, sent: sent)
        count(request, response.status, remarks.errorCode)
    }

    /// 499 is what nginx logs for a client that closed the connection before it was answered.
    func clientGone(_ request: Request) {
        let remarks = AnswerRemarks(errorCode: "client_gone")
        log.write(request, 499, remarks, sent: 0)
        count(request, 499, remarks.errorCode)
    }

    private func count(_ request: Request, _ status: Int, _ error: String?) {
        metrics.count(route: request.pattern ?? RequestMetrics.otherRoute, status: status, error: error)
    }
}
