/// How to reach the Docker Engine.
public struct DockerSettings: Sendable, Equatable {
    public var socketPath = "/var/run/docker.sock"
    /// The longest time, in seconds, that a call may go without its answer.
    public var readTimeout = 10
    /// The longest time, in seconds, that connecting or a stalled write may take.
    public var writeTimeout = 10

    public init() {}
}
