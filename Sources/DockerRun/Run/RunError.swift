/// Why a run has no result. Each has a stable code for clients, and a description for people.
public enum RunError: Error, Equatable {
    /// What was asked for is no run, and why.
    case request(String)
    /// A limit that was asked for is none, or is not the service's to give, and why.
    case limits(String)
    /// There is no such language, but these.
    case language(String, known: [String])
    /// The Engine does not say which languages there are.
    case languages(DockerError)
    /// The image is not among those that may be run.
    case imageNotAllowed(String)
    case connect(DockerError)
    case create(DockerError)
    case start(DockerError)
    case attach(DockerError)
    case payload(String)
    case executionTime
    /// Nobody has typed and nothing was printed for so long.
    case idle(Duration)
    /// The runner of this image does not know how to be talked with.
    case notInteractive(String)
    /// More than this many bytes came.
    case outputSize(Int)
    /// The container's memory, so many bytes, was used up, and its runner was killed for it.
    case memory(Int)
    case stream(String)
    case stdin(String)
    case stderr(String)
    case stdout(JSONSyntaxError)
    /// The container has ended and not a byte came, with the status that its runner exited with.
    case noOutput(exitCode: Int)
    /// Nobody waits for the result any more, or the server stops.
    case cancelled

    public var code: String {
        switch self {
        case .request: "request.body"
        case .limits: "request.limits"
        case .language: "language.unknown"
        case .languages: "docker.images"
        case .imageNotAllowed: "image.not_allowed"
        case .connect: "docker.unixsocket"
        case .create: "docker.container.create"
        case .start: "docker.container.start"
        case .attach: "docker.container.attach"
        case .payload: "docker.container.stream.payload.serialize"
        case .executionTime: "limits.execution_time"
        case .idle: "limits.idle_time"
        case .notInteractive: "request.interactive"
        case .outputSize: "limits.read.size"
        case .memory: "limits.memory"
        case .stream: "docker.container.stream.read"
        case .stdin: "coderunner.stdin"
        case .stderr: "coderunner.stderr"
        case .stdout, .noOutput: "coderunner.stdout.decode"
        case .cancelled: "cancelled"
        }
    }

    /// A call failed while the run was in the given phase: a daemon that cannot be reached is the same in all of them.
    static func docker(_ error: DockerError, in phase: (DockerError) -> RunError) -> RunError {
        if case .cannotConnect = error { .connect(error) } else { phase(error) }
    }
}

extension RunError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .request(let reason), .limits(let reason): reason
        case .language(let name, []): "There is no language \"\(name)\", and no other"
        case .language(let name, let known):
            "There is no language \"\(name)\"; there are \(known.joined(separator: ", "))"
        case .languages(let error): "Failed to list images: \(error)"
        case .imageNotAllowed(let image): "The image \(image) is not among those that may be run"
        case .connect(let error): "Failed to connect to docker unix socket: \(error)"
        case .create(let error): "Failed to create container: \(error)"
        case .start(let error): "Failed to start container: \(error)"
        case .attach(let error): "Failed to attach to container: \(error)"
        case .payload(let reason): "Failed to send payload to stream: \(reason)"
        case .executionTime: "Failed while reading stream: Max execution time exceeded"
        case .idle(let time): "Nothing was typed and nothing printed for \(time) (INTERACTIVE_IDLE_TIME)"
        case .notInteractive(let image):
            "The runner of \(image) cannot be talked with: it has no label docker-run.protocol=2; \"runner\": \"builtin\" can"
        case .outputSize(let limit): "Failed while reading stream: Max output size exceeded (\(limit) bytes)"
        case .memory(let limit): "Failed while reading stream: Max memory exceeded (\(limit) bytes)"
        case .stream(let reason): "Failed while reading stream: \(reason)"
        case .stdin(let text): "Code runner returned unexpected stdin data: \(text)"
        case .stderr(let text): "Code runner failed with the following message: \(text)"
        case .stdout(let error): "Failed to decode json returned from code runner: \(error)"
        case .noOutput(0):
            "Failed to decode json returned from code runner: it exited with code 0 and printed nothing, or the Docker "
                + "daemon, on a machine that is too busy, has lost what it printed"
        case .noOutput(let exitCode):
            "Failed to decode json returned from code runner: it exited with code \(exitCode) and printed nothing"
        case .cancelled: "The run was cancelled"
        }
    }
}
