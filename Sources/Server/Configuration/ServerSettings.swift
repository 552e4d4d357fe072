internal import Glibc

/// How the HTTP side listens, queues and stops.
struct ServerSettings: Sendable, Equatable {
    /// A numeric IPv4 or IPv6 address.
    var listenAddress = "127.0.0.1"
    /// 1 to 65535. A server built by a test may use 0, which lets the kernel choose.
    var listenPort = 8088
    /// Where health and metrics are served instead of at the address above.
    var metricsAddress: ListenAddress?
    /// Bytes of a request's body.
    var maxBodySize = 2_097_152
    /// How many connections of clients may be open at once; nil derives it from the descriptors that there are.
    var maxConnections: Int?
    /// Seconds that runs get to finish once a stop was asked for; nil derives it from the execution time.
    var shutdownGrace: Int?
    /// Of pages that may ask from browsers: see ``CrossOrigin``.
    var corsOrigins: [String] = []
    /// Names under which this server is reached, in lower case: see ``ForeignPages``.
    var hosts: [String] = []
    /// In whose words other systems' clients may ask.
    var facades = FacadeSettings()
    /// Whether there is a page for people: see ``PlaygroundEndpoint``.
    var hasPlayground = true
    /// Any of them opens the routes that need one.
    var accessTokens: [String] = []
    var accessTokenFile: String?

    /// By which this server finds its containers again. It stays the same when the server is restarted, so that the next
    /// process finds what the last one left, and most often differs between two servers on one Engine. Not always: in network
    /// namespaces of their own, as in containers, two can have the same hostname, address and port.
    var identity: String {
        var buffer = [UInt8](repeating: 0, count: 256)
        gethostname(&buffer, buffer.count - 1)
        let hostname = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        return "\(hostname):\(listenAddress):\(listenPort)"
    }
}

/// Where to listen.
struct ListenAddress: Sendable, Equatable {
    /// A numeric IPv4 or IPv6 address.
    var address: String
    /// 1 to 65535.
    var port: Int
}
