/// Which runs there may be, and how they are answered.
public struct RunSettings: Sendable, Equatable {
    /// Seconds from the start of the container, or from a waiting container's payload, to the result.
    public var maxExecutionTime = 10
    /// Bytes, all streams together.
    public var maxOutputSize = 100_000
    /// The images that may be run; nil allows every image that the daemon has.
    public var allowedImages: [ImagePattern]?
    /// Languages beside those that images say of themselves.
    public var languages: [Language] = []
    public var replyAt = ReplyMoment.result
    public var prelude = Prelude.on

    /// What code-runner's result needs when all of its texts are cut; it refuses to be given less.
    public static let leastOutputSize = 1024

    public init() {}

    package func allows(_ image: String) -> Bool { allowedImages?.contains { $0.allows(image) } ?? true }

    /// When a run is answered.
    public enum ReplyMoment: String, Sendable, CaseIterable {
        /// As soon as the result is complete. What the container does after that is of no interest.
        case result
        /// When the container has ended, or has closed its output, too.
        case exit
    }

    /// Whether a language may get ready while its container waits.
    public enum Prelude: String, Sendable, CaseIterable {
        /// As soon as the container's machine has a processor to spare.
        case on
        case off
        /// However busy the machine is.
        case always
    }

    /// What code-runner is told when its container is made, so that a run which goes beyond still has a result, cut short,
    /// before the server ends it without one. All of the time: the server waits a moment longer, see ``RunTime``. Other
    /// programs do not know the variables.
    var codeRunnerVariables: [String] {
        ["CODE_RUNNER_MAX_OUTPUT=\(maxOutputSize)", "CODE_RUNNER_MAX_TIME=\(maxExecutionTime * 1000)"]
            + (prelude == .on ? [] : ["CODE_RUNNER_PRELUDE=\(prelude.rawValue)"])
    }
}
