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
    /// What the container gets on its stdin, byte for byte.
    public var payload: ArraySlice<UInt8>
    /// Where this run is to have less than ``RunService/Settings/run`` allows; it never has more.
    public var limits: RunLimits?
    /// Whether there are events of what the container prints, ``RunEvent/output(_:_:)``.
    public var observesOutput: Bool

    public init(
        image: String, runner: CodeRunner = .image, payload: ArraySlice<UInt8>, limits: RunLimits? = nil,
        observesOutput: Bool = false
    ) {
        self.image = image
        self.runner = runner
        self.payload = payload
        self.limits = limits
        self.observesOutput = observesOutput
    }
}
