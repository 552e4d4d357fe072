/// How many containers of each kind may wait, within two bounds, of their number and of their memory. What is always wanted
/// comes first, then what is needed, then what there is room for beside: each time what was used last, and each gets one before
/// any gets two, so that images in use do not push each other out.
struct PoolShares {
    struct Claim {
        let key: ContainerKind
        /// So many are always wanted.
        var floor = 0
        /// So many are needed, the floor included.
        let need: Int
        /// Whether it was used of late, so that a burst of it may come.
        var isInUse = true
        let lastUse: ContinuousClock.Instant
        /// So many there are already.
        var waiting = 0
        /// Bytes that one takes.
        let memory: Int
    }

    struct Share {
        let key: ContainerKind
        /// Of what is needed.
        let needed: Int
        /// With the spare ones.
        let all: Int
    }

    /// The first in rank first.
    let ranked: [Share]
    private let counts: [ContainerKind: Int]

    init(_ claims: [Claim], maxIdle: Int, maxMemory: Int) {
        let claims = claims.filter { $0.need > 0 }
            .sorted { ($0.floor > 0 ? 1 : 0, $0.lastUse) > ($1.floor > 0 ? 1 : 0, $1.lastUse) }
        var division = Division(claims, maxIdle, maxMemory)
        division.raise { $0.floor }
        division.raise { $0.need }
        let needed = division.counts
        division.raise(leavingWhatWaits: true) { $0.isInUse ? .max : 0 }
        ranked = claims.indices.map { Share(key: claims[$0].key, needed: needed[$0], all: division.counts[$0]) }
        counts = Dictionary(uniqueKeysWithValues: ranked.map { ($0.key, $0.all) })
    }

    /// With the spare ones.
    subscript(key: ContainerKind) -> Int { counts[key] ?? 0 }

    /// Hands out what there is room for, one by one. This runs at the begin and the end of each run, under the pool's lock:
    /// it takes no more steps than containers may wait, each of them a few instructions.
    private struct Division {
        let claims: [Claim]
        var counts: [Int]
        private var places: Int
        private var memory: Int

        init(_ claims: [Claim], _ places: Int, _ memory: Int) {
            self.claims = claims
            self.places = places
            self.memory = memory
            counts = claims.map { _ in 0 }
        }

        /// - Parameter leavingWhatWaits: of those that have as many, whoever has one more already keeps it. So images that are
        ///   used in turn do not take the last one from each other.
        mutating func raise(leavingWhatWaits: Bool = false, to wanted: (Claim) -> Int) {
            var open = claims.indices.filter { counts[$0] < wanted(claims[$0]) }
            var level = 0
            while !open.isEmpty && places > 0 {
                level += 1
                if leavingWhatWaits {
                    for index in open where claims[index].waiting >= level { raise(index, to: level) }
                }
                for index in open { raise(index, to: level) }
                open.removeAll { counts[$0] < level || counts[$0] >= wanted(claims[$0]) }
            }
        }

        /// By one, if there is room for one more.
        private mutating func raise(_ index: Int, to level: Int) {
            guard counts[index] < level, places > 0, claims[index].memory <= memory else { return }
            places -= 1
            memory -= claims[index].memory
            counts[index] += 1
        }
    }
}
