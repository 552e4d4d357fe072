internal import Glibc

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
    /// - Parameter number: of socket(2) or connect(2), which never waits for a unix socket: see unix(7) for EAGAIN.
    static func cannotConnect(to path: String, _ number: Int32) -> Self {
        let reason =
            switch number {
            case ENOENT, ECONNREFUSED: "is it running?"
            case EACCES, EPERM: "this user may not use it"
            case EAGAIN: "it has more connections to accept than it can queue"
            case EMFILE, ENFILE: "there are as many open files as there may be"
            case ENAMETOOLONG: "no socket can have so long a path"
            default: "is it running, and may this user use it?"
            }
        return .cannotConnect("cannot connect to the Docker daemon at \(path): \(reason)")
    }

    static func timedOut(_ settings: DockerSettings) -> Self {
        .timedOut("the Docker daemon did not answer within \(settings.readTimeout) s (DOCKER_UNIX_SOCKET_READ_TIMEOUT)")
    }

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
