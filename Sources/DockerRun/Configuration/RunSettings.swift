/// What one run may use.
public struct RunSettings: Sendable, Equatable {
    /// Seconds from the start of the container to its result.
    public var maxExecutionTime = 10
    /// Bytes, all streams together.
    public var maxOutputSize = 100_000
    /// The images that may be run; nil allows every image that the daemon has.
    public var allowedImages: [ImagePattern]?
    /// Where the host of the Docker Engine has code-runner; nil turns `"runner": "builtin"` off.
    public var builtinRunnerPath: String?

    public init() {}
}
