extension RunService {
    /// Numbers, each as it is now.
    public struct Statistics: Sendable {
        public var busyWorkers: Int
        public var waitingRuns: Int
        public var interactiveRuns: Int
        /// Containers that are to be removed and have not been.
        public var removals: Int
        public var calls: DockerCallMetrics
        public var pool: PoolCounters
        /// How many containers wait, by image: of images of which some wait, or always should.
        public var idleByImage: [String: Int]
        /// Bytes that they take, and may take.
        public var idleMemory: Int
        public var maxIdleMemory: Int
    }
}
