internal import DockerRun
internal import Logging

/// Writes each log message as one line to the sink.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let format: LogSettings.Format
    private let sink: LogSink

    init(_ settings: LogSettings, sink: LogSink) {
        logLevel = settings.level
        format = settings.format
        self.sink = sink
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var clock = LogClock()
        var line = LogLine(format, clock.timestamp(), event.level.rawValue, event.message.description)
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { line.append(name, .text(value.description)) }
        line.end()
        sink.write(line.bytes)
    }
}
