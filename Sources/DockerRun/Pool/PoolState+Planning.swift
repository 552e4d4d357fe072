/// From what is known to what is to be done.
extension PoolState {
    /// What it takes to remove a few.
    private static let discardTime = Duration.milliseconds(250)

    /// Forgets what is no longer needed and decides what to make and what to give up. The caller carries the plan out: from now on,
    /// a refill in it counts as begun, and a discard as done.
    mutating func plan(now: Instant) -> PoolPlan {
        var plan = PoolPlan()
        guard !isClosed else { return plan }
        let shares = shares(now: now)
        discardUseless(&plan, now: now)
        // What waits already may have turned out to take more than it was thought to.
        _ = makeRoom(shares, &plan)
        forgetUseless(shares)
        refillWhatIsNeeded(shares, &plan, now: now)
        refillWhatIsSpare(shares, &plan, now: now)
        plan.due(nextChange(shares, now: now))
        return plan
    }

    private mutating func shares(now: Instant) -> PoolShares {
        let claims = keys.compactMap { key -> PoolShares.Claim? in
            guard let need = entries[key]?.need(since: now - limits.idleTimeout), let entry = entries[key] else {
                return nil
            }
            return PoolShares.Claim(
                key: key, floor: entry.floor, need: need, isInUse: entry.isInUse, lastUse: entry.lastUse,
                waiting: entry.waiting, memory: entry.memory)
        }
        return PoolShares(claims, maxIdle: limits.maxIdle, maxMemory: limits.maxMemory)
    }

    /// What nobody has used for so long is given up, a few at a time: to remove one takes a processor, too, and runs of other
    /// images may go on.
    private mutating func discardUseless(_ plan: inout PoolPlan, now: Instant) {
        for (key, entry) in entries where !entry.isInUse {
            let excess = entry.waiting - entry.floor
            plan.discards += discard(min(excess, limits.processors), of: key)
            if excess > limits.processors { plan.due(now + Self.discardTime) }
        }
    }

    /// Entries of which nothing waits or runs, and nothing may wait. Clients name images, so there is no end to them. Of those
    /// in use that say that they take more than others it is worth to know it, or one would be made in vain for each run.
    private mutating func forgetUseless(_ shares: PoolShares) {
        guard entries.values.contains(where: \.isUnused) else { return }
        entries = entries.filter { key, entry in
            !entry.isUnused || shares[key] > 0 || (entry.isInUse && entry.saidMemory != nil)
        }
    }

    // MARK: Refills

    private var refilling: Int { entries.values.reduce(0) { $0 + $1.refilling } }

    /// Runs come first: while any is young, refills have what it leaves free of half the processors.
    private func refillsAllowed(now: Instant) -> Int {
        let young = runs.young(now: now)
        return (young == 0 ? limits.processors : limits.processors / 2 - young) - refilling
    }

    private mutating func refillWhatIsNeeded(_ shares: PoolShares, _ plan: inout PoolPlan, now: Instant) {
        var allowed = refillsAllowed(now: now)
        for share in shares.ranked {
            while let entry = entries[share.key], entry.waiting < share.needed {
                guard isRefillDue(entry, &plan, now: now), allowed > 0, refill(share.key, shares, &plan) else { break }
                allowed -= 1
            }
        }
    }

    /// A burst may come of what is in use, and places that nobody needs cost no more when they are filled. That is done while
    /// there is nothing else to do, and one by one, so that a run which comes meanwhile is disturbed by one at most. Of what
    /// does not last no more are made than are needed.
    private mutating func refillWhatIsSpare(_ shares: PoolShares, _ plan: inout PoolPlan, now: Instant) {
        guard refilling == 0, let quiet, quiet <= now else { return }
        let short = shares.ranked.compactMap { share -> (key: ContainerKind, waiting: Int)? in
            guard let entry = entries[share.key], entry.waiting < share.all, !entry.hasLostOne else {
                return nil
            }
            return isRefillDue(entry, &plan, now: now) ? (share.key, entry.waiting) : nil
        }
        // The first of those that have as few.
        guard let next = short.min(by: { $0.waiting < $1.waiting }) else { return }
        _ = refill(next.key, shares, &plan)
    }

    private func isRefillDue(_ entry: PoolEntry, _ plan: inout PoolPlan, now: Instant) -> Bool {
        guard let retry = entry.retry, retry > now else { return true }
        plan.due(retry)
        return false
    }

    /// - Returns: false if there is no room for it.
    private mutating func refill(_ key: ContainerKind, _ shares: PoolShares, _ plan: inout PoolPlan) -> Bool {
        guard makeRoom(for: key, shares, &plan) else { return false }
        entries[key]?.refilling += 1
        plan.refills.append(key)
        return true
    }

    // MARK: Room

    /// Gives up containers of images that have more than their share, the least recently used first, if that is what it takes to
    /// keep within the bounds.
    ///
    /// - Parameter key: of which one more is to be made; nil keeps what there is.
    /// - Returns: whether there is room now.
    private mutating func makeRoom(
        for key: ContainerKind? = nil, _ shares: PoolShares, _ plan: inout PoolPlan
    ) -> Bool {
        let more = key.flatMap { entries[$0]?.memory }
        while true {
            let count = entries.values.reduce(more == nil ? 0 : 1) { $0 + $1.waiting }
            let memory = entries.values.reduce(more ?? 0) { $0 + $1.waiting * $1.memory }
            if count <= limits.maxIdle && memory <= limits.maxMemory { return true }
            let candidates = entries.filter { !$0.value.idle.isEmpty && $0.value.waiting > shares[$0.key] }
            guard let victim = candidates.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { return false }
            plan.discards += discard(1, of: victim)
        }
    }

    /// When something will be different although nothing happens: a run is no longer young, the machine has nothing to do any
    /// more, or a need is forgotten.
    private func nextChange(_ shares: PoolShares, now: Instant) -> Instant? {
        func isShort(_ count: (PoolShares.Share) -> Int) -> Bool {
            shares.ranked.contains { (entries[$0.key]?.waiting ?? 0) < count($0) }
        }
        let grown = isShort(\.needed) ? runs.nextGrown(now: now) : nil
        let quiet = isShort(\.all) ? self.quiet.flatMap { $0 > now ? $0 : nil } : nil
        let forgotten = entries.values.compactMap { $0.shrinks(after: limits.idleTimeout) }
        return (forgotten + [grown, quiet].compactMap(\.self)).min()
    }
}
