internal import DockerRun
internal import HTTP
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

    /// - Parameter sent: bytes of the answer's body.
    mutating func write(_ request: Request, _ status: Int, _ remarks: AnswerRemarks, sent: Int) {
        guard isEnabled else { return }
        var line = LogLine(format, clock.timestamp(), "info", "request")
        line.append("id", .text(request.id))
        line.append("method", .text(request.method.rawValue.isEmpty ? "-" : request.method.rawValue))
        line.append("path", .text(request.path.isEmpty ? "-" : request.path))
        line.append("status", .number(status))
        if let error = remarks.errorCode { line.append("error", .text(error)) }
        for (name, value) in remarks.logFields { line.append(name, value) }
        line.append("received_bytes", .number(request.body.count))
        line.append("sent_bytes", .number(sent))
        line.append("total_ms", .milliseconds(ContinuousClock.now - request.began))
        line.end()
        sink.write(line.bytes)
    }
}
