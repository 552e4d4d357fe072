extension RunService {
    /// What it is set up with. ``ContainerSettings`` and the others say what each is.
    public struct Settings: Sendable, Equatable {
        public var docker = DockerSettings()
        public var container = ContainerSettings()
        public var run = RunSettings()
        public var interactive = InteractiveSettings()
        public var pool = PoolSettings()
        /// How many runs go on at the same time; with interactive ones at most ``ThreadShare/maximumRuns``.
        public var workers = 1
        /// How many runs may wait for a worker before further ones are rejected.
        public var queueSize = 100

        public init() {}

        /// How many interactive runs go on at the same time: as many as are wanted, or half as many as there are workers, if
        /// there are threads for them.
        public var maxInteractive: Int {
            interactive.maxRuns ?? min(max(1, workers / 2), max(0, ThreadShare.maximumRuns - workers))
        }

        /// How many containers may wait for a run.
        public var maxIdle: Int { pool.maxIdle ?? workers }
    }
}
