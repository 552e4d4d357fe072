/// Why a request is not for any endpoint. What the client is told is for the owner of the ``Router`` to say.
public enum Refusal: Error, Equatable, Sendable {
    /// The head is none, or not one that can be read in one way only.
    case head(RequestHead.Malformed)
    case noSuchPath(String)
    case methodNotAllowed(String, allowed: [Method])
    /// Bytes that may come.
    case bodyTooLong(limit: Int)
    /// The body is compressed or the like, and would be taken as it is.
    case contentCoding
    /// The body's chunks break their framing.
    case chunks
    /// Seconds that it had.
    case headTimeout(Double)
    /// Seconds in which nothing more has come.
    case bodyTimeout(Double)

    public var status: Int {
        switch self {
        case .head(let malformed): malformed.status
        case .noSuchPath: 404
        case .methodNotAllowed: 405
        case .bodyTooLong: 413
        case .contentCoding: 415
        case .chunks: 400
        case .headTimeout, .bodyTimeout: 408
        }
    }

    /// What HTTP wants in the answer.
    public var headers: [(name: String, value: String)] {
        switch self {
        // RFC 9110, section 15.5.6.
        case .methodNotAllowed(_, let allowed): [("Allow", allowed.map(\.rawValue).joined(separator: ", "))]
        // Section 15.5.16.
        case .contentCoding: [("Accept-Encoding", "identity")]
        default: []
        }
    }
}
