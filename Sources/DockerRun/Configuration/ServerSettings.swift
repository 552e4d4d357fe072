/// How the HTTP side listens, queues and stops.
public struct ServerSettings: Sendable, Equatable {
    /// A numeric IPv4 or IPv6 address.
    public var listenAddress = "127.0.0.1"
    /// 1 to 65535. A server built by a test may use 0, which lets the kernel choose.
    public var listenPort = 8088
    /// Where health and metrics are served instead of at the address above.
    public var metricsAddress: ListenAddress?
    /// How many runs go on at the same time.
    public var workerThreads = 1
    /// How many runs may wait for a worker before further ones are refused.
    public var queueSize = 100
    /// Bytes of a request's body.
    public var maxBodySize = 2_097_152
    /// How many connections of clients may be open at once; nil derives it from the descriptors that there are.
    public var maxConnections: Int?
    /// Seconds that runs get to finish once a stop was asked for; nil derives it from the execution time.
    public var shutdownGrace: Int?
    /// Any of them opens the routes that need one.
    public var accessTokens: [String] = []
    public var accessTokenFile: String?

    public init() {}
}
