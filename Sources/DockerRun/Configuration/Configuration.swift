/// Everything that an operator may choose. ``Environment`` reads it from environment variables and checks it; each
/// property is documented with its variable in ``EnvironmentVariable/all``.
public struct Configuration: Sendable, Equatable {
    public var server = ServerSettings()
    public var docker = DockerSettings()
    public var container = ContainerSettings()
    public var run = RunSettings()
    public var pool = PoolSettings()
    public var log = LogSettings()

    public init() {}
}
