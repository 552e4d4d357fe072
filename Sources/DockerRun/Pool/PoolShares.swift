/// How many containers of each kind may wait, within two bounds, of their number and of their memory. What is always wanted
/// comes first, then what was used last, and each gets one before any gets two, so that images in use do not push each other out.
struct PoolShares {
    struct Claim {
        let key: ContainerKind
        /// So many are always wanted.
        var floor = 0
        /// So many are needed, the floor included.
        let need: Int
        let lastUse: ContinuousClock.Instant
        /// Bytes that one takes.
        let memory: Int
    }

    /// The first in rank first.
    let ranked: [(key: ContainerKind, count: Int)]
    private let counts: [ContainerKind: Int]

    init(_ claims: [Claim], maxIdle: Int, maxMemory: Int) {
        let claims = claims.filter { $0.need > 0 }
            .sorted { ($0.floor > 0 ? 1 : 0, $0.lastUse) > ($1.floor > 0 ? 1 : 0, $1.lastUse) }
        var division = Division(claims, maxIdle, maxMemory)
        division.raise { $0.floor }
        division.raise { $0.need }
        ranked = zip(claims, division.counts).map { ($0.key, $1) }
        counts = Dictionary(uniqueKeysWithValues: ranked.map { ($0.key, $0.count) })
    }

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

        mutating func raise(to wanted: (Claim) -> Int) {
            var open = claims.indices.filter { counts[$0] < wanted(claims[$0]) }
            var level = 0
            while !open.isEmpty && places > 0 {
                level += 1
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
