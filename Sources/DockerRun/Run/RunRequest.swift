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
    /// Whether there are events of what the runner says while its program goes on, ``RunEvent/runner(_:)``. They may take as
    /// much of the output's limit once more. As with limits that the runner keeps, the payload has to be a JSON object
    /// without a member `docker-run`; a runner that does not know how to say it gets the payload as it is.
    public var streams: Bool

    /// Whether the program is talked with: its runner gets what is said by ``RunControl/say(_:)`` behind the payload, and there
    /// are events. The limits are those of ``InteractiveSettings``, and a runner that does not know how to listen is an error.
    public var isInteractive = false

    /// Whether the runner has to be told something, if it knows how: see ``RunnerInstructions``.
    var isForRunner: Bool { limits.areOfRunner || streams || isInteractive }

    public init(
        image: String, runner: CodeRunner = .image, payload: ArraySlice<UInt8>, limits: RunLimits = RunLimits(),
        streams: Bool = false
    ) {
        self.image = image
        self.runner = runner
        self.payload = payload
        self.limits = limits
        self.streams = streams
    }
}
