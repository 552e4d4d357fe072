/// One run as somebody asks for it.
public struct RunRequest: Sendable, Equatable {
    /// What reads the payload inside the container.
    public enum CodeRunner: String, Sendable, CaseIterable {
        /// The image's own command.
        case image
        /// code-runner, which is mounted into the container and takes the place of the image's command.
        case builtin
    }

    public var image: String
    public var runner: CodeRunner
    /// What the container gets on its stdin, byte for byte; see ``limits``.
    public var payload: ArraySlice<UInt8>
    /// Where this run is to have less than the service's settings allow. With a limit of time or output the payload has to be
    /// a JSON object without a member `docker-run`: to runners that keep such limits, the server says them there.
    public var limits: RunLimits
    /// Whether there are events of what the container prints, ``RunEvent/output(_:_:)``.
    public var observesOutput: Bool

    public init(
        image: String, runner: CodeRunner = .image, payload: ArraySlice<UInt8>, limits: RunLimits = RunLimits(),
        observesOutput: Bool = false
    ) {
        self.image = image
        self.runner = runner
        self.payload = payload
        self.limits = limits
        self.observesOutput = observesOutput
    }
}
