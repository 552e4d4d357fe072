/// A request that has arrived whole.
public struct Request: Sendable {
    /// Unique among all requests of all servers: what `X-Request-Id` says.
    public let id: String
    public let head: RequestHead
    /// The pattern of the route that has its path; nil if none has.
    public let pattern: String?
    /// What stands in the path where the pattern has names.
    public let parameters: [String: String]
    public let body: RequestBody
    /// When its first byte came.
    public let began: ContinuousClock.Instant

    public var method: Method { head.method }
    public var path: String { head.path }
    public var query: String? { head.query }
    public var headers: Headers { head.headers }
}
