internal import DockerRun
internal import Logging

/// One line for each request, at level info. Neither the token nor a body is ever part of it.
///
/// It writes to the sink without swift-log in between, whose dictionary of fields costs more than everything else that a
/// small request needs.
struct RequestLog {
    private let isEnabled: Bool
    private let format: LogSettings.Format
    private let sink: LogSink
    private var clock = LogClock()

    init(_ settings: LogSettings, sink: LogSink) {
        isEnabled = settings.level <= .info
        format = settings.format
        self.sink = sink
    }

    mutating func answered(_ request: HTTPRequest, _ response: HTTPResponse) {
        write(request, response.status, response.errorCode, sent: response.body.count, response.logFields)
    }

    /// 499 is what nginx logs for a client that closed the connection before it was answered.
    mutating func clientGone(_ request: HTTPRequest) {
        write(request, 499, "client_gone", sent: 0, [])
    }

    private mutating func write(
        _ request: HTTPRequest, _ status: Int, _ error: String?, sent: Int, _ fields: [(String, LogLine.Value)]
    ) {
        guard isEnabled else { return }
        var line = LogLine(format, clock.timestamp(), "info", "request")
        line.append("id", .text(request.id))
        line.append("method", .text(request.head.method?.rawValue ?? "-"))
        line.append("path", .text(request.head.path.isEmpty ? "-" : request.head.path))
        line.append("status", .number(status))
        if let error { line.append("error", .text(error)) }
        for (name, value) in fields { line.append(name, value) }
        line.append("received_bytes", .number(request.body.count))
        line.append("sent_bytes", .number(sent))
        line.append("total_ms", .milliseconds(ContinuousClock.now - request.began))
        line.end()
        sink.write(line.bytes)
    }
}
