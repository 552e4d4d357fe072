internal import DockerRun
internal import Logging

/// Everything that an operator may choose. ``Environment`` reads it from environment variables and checks it; each
/// property is documented with its variable in ``EnvironmentVariable/all``.
struct Settings: Sendable, Equatable {
    var server = ServerSettings()
    var runs = RunService.Settings()
    var log = LogSettings()
}

/// What is logged, and how.
struct LogSettings: Sendable, Equatable {
    var level = Logger.Level.info
    var format = Format.text

    enum Format: String, Sendable, CaseIterable {
        case text, json
    }
}
