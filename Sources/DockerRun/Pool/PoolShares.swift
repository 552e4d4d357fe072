/// How many containers of each kind may wait: what is always wanted comes first, then what was used last, and each gets one
/// before any gets two, so that images in use do not push each other out.
struct PoolShares {
    struct Claim {
        let key: ContainerKind
        let floor: Int
        let lastUse: ContinuousClock.Instant
        let need: Int
    }

    /// The first in rank first.
    let ranked: [(key: ContainerKind, count: Int)]
    private let counts: [ContainerKind: Int]

    /// - Parameter total: containers, all together.
    init(_ claims: [Claim], total: Int) {
        let claims = claims.filter { $0.need > 0 }
            .sorted { ($0.floor > 0 ? 1 : 0, $0.lastUse) > ($1.floor > 0 ? 1 : 0, $1.lastUse) }
        let counts = Self.divide(total, among: claims.map { ($0.floor, $0.need) })
        ranked = zip(claims, counts).map { ($0.key, $1) }
        self.counts = Dictionary(uniqueKeysWithValues: ranked.map { ($0.key, $0.count) })
    }

    subscript(key: ContainerKind) -> Int { counts[key] ?? 0 }

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
}
