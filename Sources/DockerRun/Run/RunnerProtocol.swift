/// What a runner knows of what the server says to runners: ``RunnerInstructions``, and when its stdin ends.
enum RunnerProtocol: String {
    /// Reads its payload to the end of its stdin, but for an interactive run's, and ends when it has printed the result.
    case first = "1"
    /// In a run with events, reads the payload to the end of its object, and when it has printed the result waits for the end
    /// of its stdin. The daemon throws away what nobody has read of a container that ended two seconds ago.
    case second = "2"

    /// Of an image that says by it what its own runner knows, and of its containers.
    static let label: StaticString = "docker-run.protocol"
    /// The built-in runner is of the same version as the server.
    static let builtin = second

    /// Whether stdin stays open behind the payload, until the result is there.
    func keepsInputOpen(_ terms: RunTerms) -> Bool {
        terms.isInteractive || (terms.eventsSize != nil && self == .second)
    }
}

extension ContainerInspection {
    /// What its image says of its own runner; nil if that is nothing, or nothing that is known here.
    func runnerProtocol() throws(DockerError) -> RunnerProtocol? {
        try label(RunnerProtocol.label).flatMap(RunnerProtocol.init(rawValue:))
    }
}
