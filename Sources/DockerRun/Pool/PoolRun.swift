/// What the pool is told of a run that begins.
struct PoolRun {
    let kind: ContainerKind
    /// Bytes that it is limited to, if that is its own.
    var memory: Int?
    /// Whether a waiting container can be given its limits, as far as these do not depend on what waits in it.
    var mayBeWarm = true
    /// Whether somebody types into it: then it waits, most of its time.
    var isInteractive = false

    init(_ kind: ContainerKind) {
        self.kind = kind
    }

    /// - Parameter mayBeUpdated: whether a container of that kind can be given limits of the run's own.
    init(_ request: RunRequest, _ kind: ContainerKind, mayBeUpdated: Bool) {
        self.kind = kind
        memory = request.limits.memory
        mayBeWarm = mayBeUpdated || !request.limits.areOfContainer
        isInteractive = request.isInteractive
    }

    /// What became of a run.
    enum Outcome {
        /// A container that had waited answered it.
        case warm
        /// A container could be made for it.
        case cold
        /// None could be made, for a reason that may pass.
        case failed
        /// There can be no container of its kind, so that there is no use in keeping any.
        case unrunnable
    }
}

/// The runs that go on, whether the pool had something for them or not: what it makes yields to all.
struct PoolRuns {
    typealias Instant = ContinuousClock.Instant

    private struct Running {
        let began: Instant
        /// Nil of a run for which no waiting container is of use.
        let kind: ContainerKind?
        let isInteractive: Bool
    }

    private var running: [Int: Running] = [:]
    private var lastEnd: Instant

    /// Refills leave a run the processors for so long. One that is older computes, sleeps or waits, and is not disturbed. So
    /// long, too, the next run may be on its way when one has ended.
    private static let youth = Duration.milliseconds(250)

    init(now: Instant) {
        lastEnd = now
    }

    mutating func begin(_ number: Int, _ run: PoolRun, isServed: Bool, now: Instant) {
        running[number] = Running(began: now, kind: isServed ? run.kind : nil, isInteractive: run.isInteractive)
    }

    /// - Returns: of what kind it is, if the pool serves it.
    mutating func end(_ number: Int, now: Instant) -> ContainerKind? {
        lastEnd = now
        return running.removeValue(forKey: number)?.kind
    }

    func young(now: Instant) -> Int { running.values.count { now - $0.began < Self.youth } }

    /// When the next of them is no longer young.
    func nextGrown(now: Instant) -> Instant? {
        running.values.map { $0.began + Self.youth }.filter { $0 > now }.min()
    }

    /// Since when, or from when on, none goes on that may compute, if none begins; nil while one does.
    var quiet: Instant? {
        guard running.values.allSatisfy(\.isInteractive) else { return nil }
        return running.values.reduce(lastEnd) { max($0, $1.began) } + Self.youth
    }
}
