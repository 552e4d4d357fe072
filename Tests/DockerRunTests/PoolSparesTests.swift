import TestSupport
import Testing

@testable import DockerRun

/// Places that nobody needs, and what is in them.
struct PoolSparesTests {
    private typealias Pool = PoolUnderTest

    private let a = Pool.key("a")
    private let b = Pool.key("b")
    private let c = Pool.key("c")

    @Test func `after a single run and a quiet moment the pool is full, and a first burst is warm`() {
        var pool = Pool(maxIdle: 24, processors: 2, isQuiet: true)
        pool.use(a)
        #expect(pool.idle == ["a": 1])
        pool.settleQuietly()
        #expect(pool.idle == ["a": 24])
        #expect(pool.use(a, times: 16) == 16)
    }

    @Test func `spare ones are made one by one, a moment after the last run`() throws {
        var pool = Pool(isQuiet: true)
        pool.use(a)
        pool.plan()
        #expect(pool.refilling.isEmpty)
        pool.now = try #require(pool.next)
        for _ in 0..<7 {
            pool.plan()
            #expect(pool.refilling == [a])
            pool.plan()
            #expect(pool.refilling.count == 1)
            pool.admit()
        }
        pool.plan()
        #expect(pool.refilling.isEmpty)
        #expect(pool.idle == ["a": 8])
    }

    @Test func `none is made while a run goes on, whether the pool has something for it or not`() throws {
        for mayBeWarm in [true, false] {
            var pool = Pool(isQuiet: true)
            pool.use(a)
            var run = PoolRun(b)
            run.mayBeWarm = mayBeWarm
            let (number, _) = pool.begin(run)
            pool.settleQuietly()
            #expect(pool.idle(a) == 1)
            pool.state.end(number, .cold, now: pool.now)
            pool.settle()
            #expect(pool.idle(a) == 1)
            pool.now = try #require(pool.next)
            pool.settle()
            #expect(pool.idle(a) == (mayBeWarm ? 4 : 8))
        }
    }

    @Test func `a run that somebody types into holds up none but while it is young`() throws {
        var pool = Pool(processors: 2, isQuiet: true)
        pool.use(a)
        pool.now += .seconds(1)
        var run = PoolRun(a)
        run.isInteractive = true
        _ = pool.begin(run)
        pool.settle()
        #expect(pool.idle(a) == 0)
        pool.now = try #require(pool.next)
        pool.settle()
        #expect(pool.idle(a) == 8)
    }

    @Test func `the next is made when what gets ready in the last one may be done`() throws {
        var pool = Pool(isQuiet: true)
        pool.memory = [a: 40 << 20]
        pool.use(a)
        for count in 1...7 {
            #expect(pool.idle(a) == count)
            let next = try #require(pool.next)
            #expect(next - pool.now == .seconds(1))
            pool.now = next
            pool.settle()
        }
        #expect(pool.idle(a) == 8)
    }

    @Test func `what is needed comes first`() {
        var pool = Pool(processors: 2, isQuiet: true)
        pool.use(a, times: 3)
        pool.now += .seconds(2)
        let runs = (0..<3).map { _ in pool.begin(a).run }
        for run in runs { pool.state.end(run, .warm, now: pool.now) }
        pool.now += .seconds(1)
        pool.plan()
        #expect(pool.refilling == [a, a])
    }

    @Test func `an image that is only named, and not used, has no spare ones`() {
        var pool = Pool(isQuiet: true, floors: [(a, 2)])
        pool.settleQuietly()
        #expect(pool.idle == ["a": 2])
        pool.use(b)
        pool.settleQuietly()
        #expect(pool.idle == ["a": 2, "b": 6])
        pool.use(a)
        pool.settleQuietly()
        #expect(pool.idle == ["a": 4, "b": 4])
    }

    @Test func `images in use share them, and spare ones give way to another image`() {
        var pool = Pool(maxIdle: 7, isQuiet: true)
        pool.use(a)
        pool.settleQuietly()
        #expect(pool.idle == ["a": 7])
        pool.use(b)
        #expect(pool.idle == ["a": 6, "b": 1])
        pool.settleQuietly()
        #expect(pool.idle == ["a": 4, "b": 3])
        pool.use(c, times: 4)
        pool.settleQuietly()
        #expect(pool.idle == ["a": 1, "b": 2, "c": 4])
    }

    @Test(arguments: [5, 6, 7, 8])
    func `images that are used in turn take nothing from each other`(_ maxIdle: Int) {
        var pool = Pool(maxIdle: maxIdle, isQuiet: true)
        for key in [a, b, c] {
            pool.use(key)
            pool.settleQuietly()
        }
        pool.discards = []
        let refills = pool.state.counters.refills
        for index in 0..<30 {
            #expect(pool.use([a, b, c][index % 3]) == 1)
            if index % 4 != 0 { pool.settleQuietly() }
        }
        pool.settleQuietly()
        #expect(pool.discards.isEmpty)
        #expect(pool.state.counters.refills - refills == 30)
        #expect(pool.idle.values.reduce(0, +) == maxIdle)
    }

    @Test func `they go with the need, and others have their places`() throws {
        var pool = Pool(isQuiet: true)
        pool.use(a)
        pool.now += .seconds(50)
        pool.use(b)
        pool.settleQuietly()
        #expect(pool.idle == ["a": 4, "b": 4])
        pool.now = try #require(pool.next)
        pool.settle()
        #expect(pool.idle == ["b": 8])
        // No more at once than there are processors.
        for left in [4, 0] {
            pool.now = try #require(pool.next)
            pool.settle()
            #expect(pool.idle(b) == left)
        }
        #expect(pool.state.keys.isEmpty)
        #expect(pool.next == nil)
    }

    @Test func `an image of which none can be made holds up no other`() {
        var pool = Pool(isQuiet: true)
        pool.use(a)
        let run = pool.begin(b).run
        pool.state.end(run, .cold, now: pool.now)
        pool.now += .seconds(1)
        for _ in 0..<40 {
            pool.plan()
            for key in pool.refilling where key == b { pool.state.refillFailed(b, now: pool.now) }
            pool.refilling.removeAll { $0 == b }
            pool.admit()
        }
        #expect(pool.idle == ["a": 4])
        #expect(pool.discards.isEmpty)
    }

    @Test func `what does not last is made anew as far as it is needed, until a run shows that it is good`() throws {
        var pool = Pool(isQuiet: true)
        pool.use(a)
        pool.settleQuietly()
        let waiting = pool.state.entries[a]?.idle.map(\.number) ?? []
        #expect(waiting.count == 8)
        pool.now += .seconds(20)
        for number in waiting { pool.state.died(number, now: pool.now) }
        pool.settleQuietly()
        #expect(pool.idle == ["a": 1])
        let run = pool.begin(a)
        #expect(run.container != nil)
        pool.state.end(run.run, .warm, now: pool.now)
        pool.settleQuietly()
        #expect(pool.idle == ["a": 8])
    }

    @Test func `an image that cannot be run has none`() {
        var pool = Pool(isQuiet: true)
        let run = pool.begin(a).run
        pool.refilling = []
        pool.state.refillFailed(a, now: pool.now)
        pool.state.end(run, .unrunnable, now: pool.now)
        pool.settleQuietly()
        #expect(pool.state.keys.isEmpty)
    }

    @Test func `whatever came before, it comes to rest within the bounds, and nothing is made in vain`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let maxMemory = Int.random(in: 1...300, using: &random) << 20
            let maxIdle = Int.random(in: 1...12, using: &random)
            var pool = Pool(maxIdle: maxIdle, maxMemory: maxMemory, isQuiet: true)
            let keys = (0..<Int.random(in: 1...5, using: &random)).map { Pool.key("\($0)") }
            for key in keys where Bool.random(using: &random) {
                pool.memory[key] = Int.random(in: 9...200, using: &random) << 20
            }
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let key = keys.randomElement(using: &random) ?? a
                pool.use(key, times: Int.random(in: 1...4, using: &random))
                if Bool.random(using: &random) { pool.settleQuietly() }
            }
            var steps = 0
            repeat {
                pool.now += .seconds(1)
                pool.plan()
                steps += 1
            } while !pool.admit().isEmpty && steps < 100
            #expect(steps < 100)
            #expect(pool.state.idleMemory <= maxMemory)
            #expect(pool.idle.values.reduce(0, +) <= maxIdle)
            // There is room for no more.
            let least = keys.filter { pool.state.entries[$0]?.isInUse == true }.map {
                pool.memory[$0] ?? WaitingMemory.usual
            }
            let isFull = pool.idle.values.reduce(0, +) == maxIdle
            #expect(isFull || least.allSatisfy { pool.state.idleMemory + $0 > maxMemory })
        }
    }
}
