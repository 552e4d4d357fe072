internal import DockerRun

/// Everything that an operator may choose. ``Environment`` reads it from environment variables and checks it; each
/// property is documented with its variable in ``EnvironmentVariable/all``.
struct Settings: Sendable, Equatable {
    var server = ServerSettings()
    var runs = RunService.Settings()
    var log = LogSettings()
}
