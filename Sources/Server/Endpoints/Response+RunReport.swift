internal import DockerRun
internal import HTTP

extension Response {
    /// What came of a run. The only place where a run's error becomes an HTTP status.
    init(_ report: RunReport) {
        switch report.result {
        case .success(let object): self.init(contentType: Response.json, .bytes(object))
        case .failure(let error): self.init(error)
        }
        guard let image = report.image else { return }
        let temperature = report.timings.isWarm ? "warm" : "cold"
        var fields: [(String, LogLine.Value)] = [("image", .text(image))]
        if let container = report.container { fields.append(("container", .text(container))) }
        fields.append(("start", .text(temperature)))
        if let limit = report.struckLimit { fields.append(("limit", .text(limit.rawValue))) }
        var serverTiming = [temperature]
        for (phase, duration) in report.timings.phases {
            serverTiming.append("\(phase.rawValue);dur=\(duration.roundedMilliseconds)")
            fields.append(("\(phase.rawValue)_ms", .milliseconds(duration)))
        }
        remarks.logFields = fields
        // https://www.w3.org/TR/server-timing/: durations are in milliseconds.
        headers.append("Server-Timing", serverTiming.joined(separator: ", "))
    }

    init(_ error: RunError) {
        self = error == .cancelled ? .shuttingDown : .error(Self.status(of: error), error.code, "\(error)")
    }

    static func status(of error: RunError) -> Int {
        switch error {
        case .request, .limits, .language, .notInteractive: 400
        case .imageNotAllowed: 403
        case .create(let reason): reason.blamesTheImage ? 400 : 500
        case .payload, .executionTime, .idle, .outputSize, .memory: 400
        case .connect, .languages, .start, .attach, .stream, .stdin, .stderr, .stdout, .noOutput: 500
        case .cancelled: 503
        }
    }
}
