/// What the pool knows and what it decides, with no container, thread or clock in it: every call says what time it is, and
/// containers are numbers.
///
/// Containers of one ``PoolKey`` are alike; any other shares nothing with them.
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
    private var entries: [PoolKey: PoolEntry] = [:]
    /// When the runs that go on began.
    private var runs: [Int: Instant] = [:]
    private var lastNumber = 0
    private(set) var isClosed = false
    private(set) var counters = PoolCounters()

    /// A run that is older is no longer disturbed by a refill: it is one that computes, sleeps or waits.
    private static let youth = Duration.milliseconds(250)
    /// A container that ends sooner than this after it was ready is not one that can wait.
    private static let infancy = Duration.seconds(10)

    init(_ limits: Limits, floors: [(PoolKey, Int)], now: Instant) {
        self.limits = limits
        for (key, count) in floors {
            let floor = (entries[key]?.floor ?? 0) + count
            entries[key] = PoolEntry(floor: floor, now: now)
        }
    }

    var keys: [PoolKey] { Array(entries.keys) }

    /// Waiting containers by image: of images of which some wait, or always should.
    var idleByImage: [String: Int] {
        entries.filter { !$1.idle.isEmpty || $1.floor > 0 }
            .reduce(into: [:]) { $0[$1.key.image, default: 0] += $1.value.idle.count }
    }

    // MARK: Runs

    /// - Returns: a number for the run, to be given to ``end(_:_:_:now:)``, and a container that waits, if one does. It is no
    ///   longer the pool's.
    mutating func begin(_ key: PoolKey, now: Instant) -> (run: Int, container: Int?) {
        let run = newNumber()
        runs[run] = now
        entries[key, default: PoolEntry(now: now)].beginRun(maximum: limits.maxIdle, now: now)
        return (run, take(key))
    }

    /// - Returns: another container that waits, if the one before has turned out dead.
    mutating func take(_ key: PoolKey) -> Int? {
        guard let first = entries[key]?.idle.first else { return nil }
        entries[key]?.idle.removeFirst()
        return first.number
    }

    /// A container that was taken has turned out dead before it said anything.
    mutating func takenHasDied() {
        counters.deaths += 1
    }

    /// Of a container that was taken, nobody could say whether it is of the right image.
    mutating func takenIsUncertain(_ key: PoolKey, now: Instant) {
        entries[key]?.delayRefills(now: now)
    }

    mutating func end(_ run: Int, _ key: PoolKey, _ outcome: Outcome, now: Instant) {
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
    mutating func admit(_ key: PoolKey, imageID: String?, now: Instant) -> Int? {
        guard !isClosed, var entry = entries[key] else { return nil }
        defer { entries[key] = entry }
        entry.refilling -= 1
        guard entry.imageID == nil || entry.imageID == imageID else {
            entry.delayRefills(now: now)
            return nil
        }
        entry.imageID = imageID
        let number = newNumber()
        entry.idle.append(PoolEntry.Idle(number: number, imageID: imageID, since: now))
        counters.refills += 1
        return number
    }

    mutating func refillFailed(_ key: PoolKey, now: Instant) {
        entries[key]?.refilling -= 1
        entries[key]?.delayRefills(now: now, couldNotBeMade: true)
    }

    /// A container that waited has ended.
    mutating func died(_ number: Int, now: Instant) {
        for (key, entry) in entries {
            guard let index = entry.idle.firstIndex(where: { $0.number == number }) else { continue }
            entries[key]?.idle.remove(at: index)
            counters.deaths += 1
            if now - entry.idle[index].since < Self.infancy { entries[key]?.delayRefills(now: now) }
        }
    }

    /// What kept refills from succeeding may be over.
    mutating func retryRefills() {
        for key in keys { entries[key]?.allowRefills() }
    }

    /// What an image's name stands for now; nil if that is nothing.
    ///
    /// - Returns: the containers that are made of something else.
    mutating func certify(_ image: String, _ imageID: String?) -> [Int] {
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

    /// Forgets what is no longer needed and decides what to make and what to give up. What it says is taken as done.
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
        for (key, share) in shares {
            while let entry = entries[key], entry.waiting < share {
                if let retry = entry.retry, retry > now {
                    plan.next = earlier(plan.next, retry)
                    break
                }
                guard room > 0, makeRoom(shares, &plan) else { break }
                entries[key]?.refilling += 1
                plan.refills.append(key)
                room -= 1
            }
        }
        plan.next = earlier(plan.next, nextChange(shares, now: now))
        return plan
    }

    /// Ends everything.
    ///
    /// - Returns: all waiting containers.
    mutating func close() -> [Int] {
        isClosed = true
        return keys.flatMap { discard(.max, of: $0) }
    }

    private mutating func need(of key: PoolKey, now: Instant) -> Int {
        entries[key]?.need(since: now - limits.idleTimeout) ?? 0
    }

    /// How many of each may wait: what is always wanted comes first, then what was used last, and each gets one before any
    /// gets two, so that images in use do not push each other out.
    private mutating func shares(now: Instant) -> [(key: PoolKey, count: Int)] {
        var ranked: [(key: PoolKey, floor: Int, lastUse: Instant, need: Int)] = []
        for (key, entry) in entries {
            let need = need(of: key, now: now)
            if need > 0 { ranked.append((key, entry.floor, entry.lastUse, need)) }
        }
        ranked.sort { ($0.floor > 0 ? 1 : 0, $0.lastUse) > ($1.floor > 0 ? 1 : 0, $1.lastUse) }
        let counts = Self.divide(limits.maxIdle, among: ranked.map { ($0.floor, $0.need) })
        return zip(ranked, counts).map { ($0.key, $1) }
    }

    /// Raises all who need more, from their floors, to the highest level for which there is enough; what is left then goes
    /// to the first of them, one each. This runs at the begin and the end of each run, under the pool's lock.
    static func divide(_ total: Int, among claims: [(floor: Int, need: Int)]) -> [Int] {
        func counts(at level: Int) -> [Int] { claims.map { max($0.floor, min($0.need, level)) } }
        var (low, high) = (0, total)
        while low < high {
            let middle = (low + high + 1) / 2
            if counts(at: middle).reduce(0, +) <= total { low = middle } else { high = middle - 1 }
        }
        var counts = counts(at: low)
        var left = total - counts.reduce(0, +)
        for index in counts.indices where left > 0 && counts[index] == low && claims[index].need > low {
            counts[index] += 1
            left -= 1
        }
        return counts
    }

    /// Entries of which nothing waits or runs, and nothing may wait. Clients name images, so there is no end to them.
    private mutating func forgetUseless(_ shares: [(key: PoolKey, count: Int)]) {
        guard entries.values.contains(where: \.isUnused) else { return }
        let useful = Set(shares.filter { $0.count > 0 }.map(\.key))
        entries = entries.filter { useful.contains($0.key) || !$0.value.isUnused }
    }

    /// Runs come first: while any is young, refills have what it leaves free of half the processors.
    private func refillsAllowed(now: Instant) -> Int {
        let young = runs.values.count { now - $0 < Self.youth }
        let refilling = entries.values.reduce(0) { $0 + $1.refilling }
        return (young == 0 ? limits.processors : limits.processors / 2 - young) - refilling
    }

    /// Gives up one container of the image that was used least recently among those that have more than their share, if
    /// that is what it takes to make another.
    ///
    /// - Returns: whether there is room now.
    private mutating func makeRoom(
        _ shares: [(key: PoolKey, count: Int)], _ plan: inout PoolPlan
    ) -> Bool {
        guard entries.values.reduce(0, { $0 + $1.waiting }) >= limits.maxIdle else { return true }
        let share = Dictionary(uniqueKeysWithValues: shares.map { ($0.key, $0.count) })
        let candidates = entries.filter { !$0.value.idle.isEmpty && $0.value.waiting > share[$0.key] ?? 0 }
        guard let victim = candidates.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { return false }
        plan.discards += discard(1, of: victim)
        return true
    }

    private mutating func discard(_ count: Int, of key: PoolKey) -> [Int] {
        let numbers = entries[key]?.idle.prefix(max(0, count)).map(\.number) ?? []
        entries[key]?.idle.removeFirst(numbers.count)
        return numbers
    }

    /// When something will be different although nothing happens: a run is no longer young, or a need is forgotten.
    private func nextChange(
        _ shares: [(key: PoolKey, count: Int)], now: Instant
    ) -> Instant? {
        let isShort = shares.contains { (entries[$0.key]?.waiting ?? 0) < $0.count }
        let grown = isShort ? runs.values.map { $0 + Self.youth }.filter { $0 > now }.min() : nil
        return earlier(grown, entries.values.compactMap { $0.shrinks(after: limits.idleTimeout) }.min())
    }

    private func earlier(_ a: Instant?, _ b: Instant?) -> Instant? {
        guard let a, let b else { return a ?? b }
        return min(a, b)
    }

    private mutating func newNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}
