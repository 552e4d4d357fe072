/// The OCI runtime of the images that fit a pattern.
public struct ImageRuntime: Sendable, Equatable {
    public var pattern: ImagePattern
    public var runtime: String
}
