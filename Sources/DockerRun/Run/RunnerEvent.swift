/// What a runner says while its program goes on, if it knows how: see ``RunRequest/streams``.
public struct RunnerEvent: Sendable, Equatable {
    public enum Name: String, Sendable, CaseIterable {
        /// What it does from now on: an object with `stage`, `build` or `run`.
        case stage
        /// What the program has printed: an object with `text` or `base64`.
        case stdout, stderr
        /// The program has printed more than there is room for: an empty object.
        case cut
    }

    public var name: Name
    /// JSON, as the runner wrote it.
    public var value: [UInt8]
}
