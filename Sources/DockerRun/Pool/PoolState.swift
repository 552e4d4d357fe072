/// What the pool knows and what it decides, with no container, thread or clock in it: every call says what time it is, and
/// containers are numbers.
///
/// Containers of one ``ContainerKind`` are alike; any other shares nothing with them.
struct PoolState {
    typealias Instant = ContinuousClock.Instant

    struct Limits {
        /// Waiting containers, all together.
        var maxIdle: Int
        /// Bytes that they take, all together.
        var maxMemory: Int
        /// How long a need is remembered.
        var idleTimeout: Duration
        var processors: Int
    }

    var limits: Limits
    var entries: [ContainerKind: PoolEntry] = [:]
    private(set) var runs: PoolRuns
    /// When what gets ready in the last container that was made may be done.
    private var readiness: Instant?
    private var lastNumber = 0
    private(set) var isClosed = false
    private(set) var counters = PoolCounters()

    /// A container that ends sooner than this after it was ready is not one that can wait.
    private static let shortLife = Duration.seconds(10)
    /// What gets ready in a container that waits computes for about so long.
    private static let readyingTime = Duration.seconds(1)

    init(_ limits: Limits, floors: [(ContainerKind, Int)], now: Instant) {
        self.limits = limits
        runs = PoolRuns(now: now)
        for (key, count) in floors {
            let floor = (entries[key]?.floor ?? 0) + count
            entries[key] = PoolEntry(floor: floor, now: now)
        }
    }

    var keys: [ContainerKind] { Array(entries.keys) }

    /// Waiting containers by image: of images of which some wait, or always should.
    var idleByImage: [String: Int] {
        entries.filter { !$1.idle.isEmpty || $1.floor > 0 }
            .reduce(into: [:]) { $0[$1.key.image, default: 0] += $1.value.idle.count }
    }

    /// Bytes that what is always wanted takes, as far as that is known.
    var floorMemory: Int { entries.values.reduce(0) { $0 + $1.floor * $1.memory } }

    /// Bytes that waiting containers take.
    var idleMemory: Int { entries.values.reduce(0) { $0 + $1.idle.count * $1.memory } }

    /// Since when, or from when on, there is nothing else to do if nothing begins; nil while a run goes on that may compute.
    var quiet: Instant? { runs.quiet.map { max($0, readiness ?? $0) } }

    // MARK: Runs

    /// - Returns: a number for the run, to be given to ``end(_:_:now:)``, and a container that waits, if one does. It is no
    ///   longer the pool's.
    mutating func begin(_ run: PoolRun, now: Instant) -> (run: Int, container: Int?) {
        lastNumber += 1
        let number = lastNumber
        let isServed = run.mayBeWarm && (entries[run.kind]?.hasRoom(in: run.memory) ?? true)
        runs.begin(number, run, isServed: isServed, now: now)
        // There is nothing for it, and nothing to learn of it.
        guard isServed else { return (number, nil) }
        entries[run.kind, default: PoolEntry(now: now)].beginRun(maximum: limits.maxIdle, now: now)
        return (number, take(run.kind))
    }

    /// - Returns: another container that waits, if the one before has turned out dead.
    mutating func take(_ key: ContainerKind) -> Int? {
        guard let first = entries[key]?.idle.first else { return nil }
        entries[key]?.idle.removeFirst()
        return first.number
    }

    /// A container that was taken has turned out dead before it said anything.
    mutating func diedUnused() {
        counters.deaths += 1
    }

    /// Of a container that was taken, nobody could say whether it is of the right image.
    mutating func imageCheckFailed(_ key: ContainerKind, now: Instant) {
        entries[key]?.delayRefills(now: now)
    }

    mutating func end(_ run: Int, _ outcome: PoolRun.Outcome, now: Instant) {
        guard let key = runs.end(run, now: now) else { return }
        entries[key]?.endRun(now: now)
        switch outcome {
        case .warm:
            counters.hits += 1
            entries[key]?.allowRefills()
        case .cold:
            counters.misses += 1
            entries[key]?.noteThatOneCouldBeMade()
        case .failed:
            counters.misses += 1
        case .unrunnable:
            counters.misses += 1
            entries[key]?.forgetNeed()
        }
    }

    // MARK: Containers

    /// A refill has come to its end.
    ///
    /// - Parameter image: that the container is made of.
    /// - Returns: the number of the container, or nil if it is not wanted: the pool is closed, or it is of another image than
    ///   the name is known to stand for.
    mutating func admit(_ key: ContainerKind, of image: KnownImage, now: Instant) -> Int? {
        guard !isClosed, var entry = entries[key] else { return nil }
        defer { entries[key] = entry }
        entry.refilling -= 1
        guard entry.imageID == nil || entry.imageID == image.id else {
            entry.delayRefills(now: now)
            return nil
        }
        entry.learn(image)
        if image.waitingMemory != nil { readiness = now + Self.readyingTime }
        lastNumber += 1
        entry.idle.append(PoolEntry.Idle(number: lastNumber, imageID: image.id, since: now))
        counters.refills += 1
        return lastNumber
    }

    mutating func refillFailed(_ key: ContainerKind, now: Instant) {
        entries[key]?.refilling -= 1
        entries[key]?.delayRefills(now: now, couldNotBeMade: true)
    }

    /// A container that waited has ended.
    mutating func died(_ number: Int, now: Instant) {
        for (key, entry) in entries {
            guard let index = entry.idle.firstIndex(where: { $0.number == number }) else { continue }
            entries[key]?.idle.remove(at: index)
            counters.deaths += 1
            entries[key]?.noteDeath(soon: now - entry.idle[index].since < Self.shortLife, now: now)
        }
    }

    /// What kept refills from succeeding may be over.
    mutating func retryRefills() {
        for key in keys { entries[key]?.allowRefills() }
    }

    /// What an image's name stands for now; nil if that is nothing.
    ///
    /// - Returns: the containers that are made of something else.
    mutating func setCurrentImage(_ image: String, _ imageID: String?) -> [Int] {
        var discards: [Int] = []
        for key in keys where key.image == image {
            guard var entry = entries[key], entry.imageID != imageID else { continue }
            entry.imageID = imageID
            discards += entry.idle.filter { $0.imageID != imageID }.map(\.number)
            entry.idle.removeAll { $0.imageID != imageID }
            entry.allowRefills()
            entries[key] = entry
        }
        return discards
    }

    // MARK: Giving up

    /// Ends everything.
    ///
    /// - Returns: all waiting containers.
    mutating func close() -> [Int] {
        isClosed = true
        return keys.flatMap { discard(.max, of: $0) }
    }

    mutating func discard(_ count: Int, of key: ContainerKind) -> [Int] {
        let numbers = entries[key]?.idle.prefix(max(0, count)).map(\.number) ?? []
        entries[key]?.idle.removeFirst(numbers.count)
        return numbers
    }
}
