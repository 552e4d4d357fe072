/// What can go wrong in a call to the Docker daemon.
public enum DockerError: Error, Equatable, CustomStringConvertible {
    /// Nothing answers at the socket.
    case cannotConnect(String)
    /// The daemon accepted the call and then let the time limit pass.
    case timedOut(String)
    /// The daemon's own answer: an HTTP status from 400 up, and its message.
    case refused(status: Int, message: String)
    /// The connection broke, or what came over it is not the protocol.
    case transport(String)

    public var description: String {
        switch self {
        case .cannotConnect(let text), .timedOut(let text), .transport(let text): text
        case .refused(_, let message): message
        }
    }
}

extension DockerError {
    /// True if the daemon cannot have acted on the call: it was never reached, or it refused. A conflict may be with our
    /// own call, which libcurl repeats on a new connection if the old one turns out dead.
    var saysNothingHappened: Bool {
        switch self {
        case .cannotConnect: true
        case .refused(let status, _): status < 500 && status != 409
        case .timedOut, .transport: false
        }
    }
}
