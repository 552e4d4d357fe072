import TestSupport
import Testing

@testable import DockerRun

struct PoolSharesTests {
    /// One after the other to whoever has least, as long as there is room for it.
    private func handOut(
        _ counts: inout [Int], of claims: [PoolShares.Claim], _ places: inout Int, _ memory: inout Int,
        upTo wanted: (PoolShares.Claim) -> Int
    ) {
        while places > 0 {
            let short = counts.indices.filter { counts[$0] < wanted(claims[$0]) && claims[$0].memory <= memory }
            guard let index = short.min(by: { counts[$0] < counts[$1] }) else { return }
            counts[index] += 1
            places -= 1
            memory -= claims[index].memory
        }
    }

    @Test func `what may wait is divided as if it were handed out one by one, to whoever has least`() {
        var random = SeededGenerator(seed: 7)
        let now = ContinuousClock.now
        for _ in 0..<2000 {
            let claims = (0..<Int.random(in: 0...6, using: &random)).map { index in
                let floor = index < 2 ? Int.random(in: 1...2, using: &random) : 0
                return PoolShares.Claim(
                    key: PoolUnderTest.key("\(index)"), floor: floor,
                    need: floor + Int.random(in: 1...5, using: &random),
                    isInUse: Bool.random(using: &random), lastUse: now - .seconds(index),
                    memory: Int.random(in: 1...4, using: &random))
            }
            let (maxIdle, maxMemory) = (Int.random(in: 0...24, using: &random), Int.random(in: 0...60, using: &random))
            let shares = PoolShares(claims, maxIdle: maxIdle, maxMemory: maxMemory)
            var (places, memory, counts) = (maxIdle, maxMemory, claims.map { _ in 0 })
            handOut(&counts, of: claims, &places, &memory) { $0.floor }
            handOut(&counts, of: claims, &places, &memory) { $0.need }
            #expect(shares.ranked.map(\.needed) == counts, "\(maxIdle), \(maxMemory): \(claims)")
            handOut(&counts, of: claims, &places, &memory) { $0.isInUse ? .max : 0 }
            #expect(shares.ranked.map(\.all) == counts, "\(maxIdle), \(maxMemory): \(claims)")
        }
    }

    @Test func `who has the last one already keeps it`() {
        let now = ContinuousClock.now
        func shares(_ waiting: [Int]) -> [Int] {
            let claims = waiting.enumerated().map { index, waiting in
                PoolShares.Claim(
                    key: PoolUnderTest.key("\(index)"), need: 1, lastUse: now - .seconds(index), waiting: waiting,
                    memory: 1)
            }
            return PoolShares(claims, maxIdle: 5, maxMemory: .max).ranked.map(\.all)
        }
        #expect(shares([0, 0]) == [3, 2])
        #expect(shares([2, 3]) == [2, 3])
        #expect(shares([3, 3]) == [3, 2])
        #expect(shares([1, 5]) == [2, 3])
    }
}
