/// So many containers of an image, ready at all times.
public struct WarmImage: Sendable, Equatable {
    public var image: String
    public var count: Int
    public var runner: RunRequest.CodeRunner
}
