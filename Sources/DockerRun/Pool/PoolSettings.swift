/// Which containers wait, started, for a payload, and how many.
public struct PoolSettings: Sendable, Equatable {
    /// All images together; nil: as many as there are workers. 0 turns the pool off.
    public var maxIdle: Int?
    /// Bytes of the Engine's memory that they may take, all together; nil: a quarter of what it has. With 0 none waits.
    public var maxMemory: Int?
    /// Kept warm from the start, used or not.
    public var images: [WarmImage] = []
    /// Seconds for which a need is remembered; what is no longer needed then shrinks away.
    public var idleTimeout = 300

    public init() {}

    /// So many containers of an image, ready at all times.
    public struct WarmImage: Sendable, Equatable {
        public var image: String
        public var count: Int
        public var runner: RunRequest.CodeRunner

        public init(image: String, count: Int, runner: RunRequest.CodeRunner = .image) {
            self.image = image
            self.count = count
            self.runner = runner
        }
    }
}
