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
    /// The daemon cannot keep a limit that the configuration sets, so it is not asked to make containers.
    case unsuitable(String)

    public var description: String {
        switch self {
        case .cannotConnect(let text), .timedOut(let text), .transport(let text), .unsuitable(let text): text
        case .refused(_, let message): message
        }
    }
}

extension DockerError {
    /// True if a create call was refused for what the client asked for: a name that is no image's, or is none at all. Other
    /// statuses of 4xx are between the daemon, or a proxy before it, and this server.
    public var blamesTheImage: Bool {
        if case .refused(400, _) = self { true } else if case .refused(404, _) = self { true } else { false }
    }

    /// True if the daemon cannot have acted on the call: it was never reached, or it refused. A conflict may be with our
    /// own call, which libcurl repeats on a new connection if the old one turns out dead.
    var isCertainlyWithoutEffect: Bool {
        switch self {
        case .cannotConnect, .unsuitable: true
        case .refused(let status, _): status < 500 && status != 409
        case .timedOut, .transport: false
        }
    }
}
