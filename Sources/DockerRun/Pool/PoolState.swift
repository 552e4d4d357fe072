/// What the pool knows and what it decides, with no container, thread or clock in it: every call says what time it is, and
/// containers are numbers.
///
/// Containers of one ``ContainerKind`` are alike; any other shares nothing with them.
struct PoolState {
    typealias Instant = ContinuousClock.Instant

    struct Limits {
        /// Waiting containers, all together.
        var maxIdle: Int
        /// How long a need is remembered.
        var idleTimeout: Duration
        var processors: Int
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

    private let limits: Limits
    private var entries: [ContainerKind: PoolEntry] = [:]
    /// When the runs that go on began.
    private var runs: [Int: Instant] = [:]
    private var lastNumber = 0
    private(set) var isClosed = false
    private(set) var counters = PoolCounters()

    /// Refills leave a run the processors for so long. One that is older computes, sleeps or waits, and is not disturbed.
    private static let yieldsToRunsFor = Duration.milliseconds(250)
    /// A container that ends sooner than this after it was ready is not one that can wait.
    private static let shortLife = Duration.seconds(10)

    init(_ limits: Limits, floors: [(ContainerKind, Int)], now: Instant) {
        self.limits = limits
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

    // MARK: Runs

    /// - Returns: a number for the run, to be given to ``end(_:_:_:now:)``, and a container that waits, if one does. It is no
    ///   longer the pool's.
    mutating func begin(_ key: ContainerKind, now: Instant) -> (run: Int, container: Int?) {
        lastNumber += 1
        let run = lastNumber
        runs[run] = now
        entries[key, default: PoolEntry(now: now)].beginRun(maximum: limits.maxIdle, now: now)
        return (run, take(key))
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

    mutating func end(_ run: Int, _ key: ContainerKind, _ outcome: Outcome, now: Instant) {
        runs[run] = nil
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
    /// - Returns: the number of the container, or nil if it is not wanted: the pool is closed, or it is of another image than
    ///   the name is known to stand for.
    mutating func admit(_ key: ContainerKind, imageID: String?, now: Instant) -> Int? {
        guard !isClosed, var entry = entries[key] else { return nil }
        defer { entries[key] = entry }
        entry.refilling -= 1
        guard entry.imageID == nil || entry.imageID == imageID else {
            entry.delayRefills(now: now)
            return nil
        }
        entry.imageID = imageID
        lastNumber += 1
        entry.idle.append(PoolEntry.Idle(number: lastNumber, imageID: imageID, since: now))
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
            if now - entry.idle[index].since < Self.shortLife { entries[key]?.delayRefills(now: now) }
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

    // MARK: Planning

    /// Forgets what is no longer needed and decides what to make and what to give up. The caller carries the plan out: from now on, a refill in it counts as begun, and a discard as done.
    mutating func plan(now: Instant) -> PoolPlan {
        var plan = PoolPlan()
        guard !isClosed else { return plan }
        let shares = shares(now: now)
        for key in keys {
            let excess = (entries[key]?.waiting ?? 0) - need(of: key, now: now)
            plan.discards += discard(excess, of: key)
        }
        forgetUseless(shares)
        var room = refillsAllowed(now: now)
        for (key, share) in shares.ranked {
            while let entry = entries[key], entry.waiting < share {
                if let retry = entry.retry, retry > now {
                    plan.due(retry)
                    break
                }
                guard room > 0, makeRoom(shares, &plan) else { break }
                entries[key]?.refilling += 1
                plan.refills.append(key)
                room -= 1
            }
        }
        plan.due(nextChange(shares, now: now))
        return plan
    }

    /// Ends everything.
    ///
    /// - Returns: all waiting containers.
    mutating func close() -> [Int] {
        isClosed = true
        return keys.flatMap { discard(.max, of: $0) }
    }

    private mutating func need(of key: ContainerKind, now: Instant) -> Int {
        entries[key]?.need(since: now - limits.idleTimeout) ?? 0
    }

    private mutating func shares(now: Instant) -> PoolShares {
        let needs = keys.map { ($0, need(of: $0, now: now)) }
        return PoolShares(
            needs.compactMap { key, need in
                entries[key].map { PoolShares.Claim(key: key, floor: $0.floor, lastUse: $0.lastUse, need: need) }
            }, total: limits.maxIdle)
    }

    /// Entries of which nothing waits or runs, and nothing may wait. Clients name images, so there is no end to them.
    private mutating func forgetUseless(_ shares: PoolShares) {
        guard entries.values.contains(where: \.isUnused) else { return }
        let useful = Set(shares.ranked.filter { $0.count > 0 }.map(\.key))
        entries = entries.filter { useful.contains($0.key) || !$0.value.isUnused }
    }

    /// Runs come first: while any is young, refills have what it leaves free of half the processors.
    private func refillsAllowed(now: Instant) -> Int {
        let young = runs.values.count { now - $0 < Self.yieldsToRunsFor }
        let refilling = entries.values.reduce(0) { $0 + $1.refilling }
        return (young == 0 ? limits.processors : limits.processors / 2 - young) - refilling
    }

    /// Gives up one container of the image that was used least recently among those that have more than their share, if
    /// that is what it takes to make another.
    ///
    /// - Returns: whether there is room now.
    private mutating func makeRoom(_ shares: PoolShares, _ plan: inout PoolPlan) -> Bool {
        guard entries.values.reduce(0, { $0 + $1.waiting }) >= limits.maxIdle else { return true }
        let candidates = entries.filter { !$0.value.idle.isEmpty && $0.value.waiting > shares[$0.key] }
        guard let victim = candidates.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { return false }
        plan.discards += discard(1, of: victim)
        return true
    }

    private mutating func discard(_ count: Int, of key: ContainerKind) -> [Int] {
        let numbers = entries[key]?.idle.prefix(max(0, count)).map(\.number) ?? []
        entries[key]?.idle.removeFirst(numbers.count)
        return numbers
    }

    /// When something will be different although nothing happens: a run is no longer young, or a need is forgotten.
    private func nextChange(_ shares: PoolShares, now: Instant) -> Instant? {
        let isShort = shares.ranked.contains { (entries[$0.key]?.waiting ?? 0) < $0.count }
        let grown = isShort ? runs.values.map { $0 + Self.yieldsToRunsFor }.filter { $0 > now }.min() : nil
        return (entries.values.compactMap { $0.shrinks(after: limits.idleTimeout) } + [grown].compactMap(\.self)).min()
    }
}
