/// A request: whole, unless its ``Route`` streams the body.
public struct Request: Sendable {
    public enum Body: Sendable {
        case whole(RequestBody)
        /// It comes while the endpoint has the request already. ``BodyStream/take(_:)`` gets what is there; as long as nobody
        /// takes it, the client is kept waiting. The last piece comes only of a body that is whole and in order; of any other,
        /// ``Answer/later(whenGone:)`` says that it ends.
        case stream(BodyStream)

        /// Bytes: all, or those that have come so far.
        public var count: Int {
            switch self {
            case .whole(let body): body.count
            case .stream(let stream): stream.writtenCount
            }
        }

        /// What is there and was not taken. Not to be called on the event loop's thread of a body that is whole.
        public func take() -> [UInt8] {
            switch self {
            case .whole(let body): body.take()
            case .stream(let stream): stream.take(.max).bytes
            }
        }

        func discard() {
            switch self {
            case .whole(let body): body.discard()
            case .stream(let stream): stream.abandon()
            }
        }
    }

    /// Unique among all requests of all servers: what `X-Request-Id` says.
    public let id: String
    public let head: RequestHead
    /// The pattern of the route that has its path; nil if none has.
    public let pattern: String?
    /// What stands in the path where the pattern has names.
    public let parameters: [String: String]
    public let body: Body
    /// When its first byte came.
    public let began: ContinuousClock.Instant

    public var method: Method { head.method }
    public var path: String { head.path }
    public var query: String? { head.query }
    public var headers: Headers { head.headers }
}
