import TestSupport
import Testing

@testable import DockerRun

struct PoolStateTests {
    private typealias Pool = PoolUnderTest

    private static func key(_ image: String) -> ContainerKind { Pool.key(image) }

    private let a = key("a")
    private let b = key("b")
    private let c = key("c")

    // MARK: Need

    @Test func `images of which nothing waits are listed only if something always should`() {
        var pool = Pool(floors: [(b, 1)])
        let run = pool.begin(a)
        #expect(pool.state.idleByImage == ["b": 0])
        pool.state.end(run.run, .unrunnable, now: pool.now)
        #expect(pool.state.idleByImage == ["b": 0])
    }

    @Test func `nothing waits before anything was used`() {
        var pool = Pool()
        pool.settle()
        #expect(pool.state.idleByImage.isEmpty)
        #expect(pool.next == nil)
    }

    @Test func `as many wait as were in use at once`() {
        var pool = Pool()
        pool.use(a)
        #expect(pool.idle(a) == 1)
        pool.use(a, times: 3)
        #expect(pool.idle(a) == 3)
    }

    @Test func `runs that follow each other faster than a refill need one each`() {
        var pool = Pool()
        for _ in 0..<3 {
            let run = pool.begin(a).run
            pool.now += .milliseconds(10)
            pool.state.end(run, .cold, now: pool.now)
        }
        pool.settle()
        #expect(pool.idle(a) == 3)
    }

    @Test func `what nobody has used for so long goes away, and not before`() throws {
        var pool = Pool()
        pool.use(a, times: 3)
        pool.now += .seconds(50)
        pool.use(a, times: 1)
        #expect(pool.idle(a) == 3)
        pool.now = try #require(pool.next)
        pool.settle()
        #expect(pool.idle(a) == 3)
        // What is needed is made anew, what is spare not while a run goes on.
        #expect(pool.use(a, times: 2) == 2)
        #expect(pool.idle(a) == 2)
        pool.now = try #require(pool.next)
        pool.settle()
        #expect(pool.state.keys.isEmpty)
        #expect(pool.next == nil)
    }

    @Test func `what is always wanted is there from the start and comes back`() {
        var pool = Pool(floors: [(a, 1), (a, 1), (b, 1)])
        pool.settle()
        #expect(pool.state.idleByImage == ["a": 2, "b": 1])
        pool.now += .seconds(1000)
        pool.settle()
        #expect(pool.state.idleByImage == ["a": 2, "b": 1])
        #expect(pool.begin(a).container != nil)
        pool.now += .seconds(1)
        pool.settle()
        #expect(pool.state.idleByImage == ["a": 2, "b": 1])
    }

    // MARK: Room

    @Test func `no more wait than may`() {
        var pool = Pool(maxIdle: 3)
        pool.use(a, times: 10)
        #expect(pool.idle(a) == 3)
    }

    @Test func `the image that was used least recently gives way`() {
        var pool = Pool(maxIdle: 2)
        pool.use(a)
        pool.use(b)
        pool.use(c)
        #expect(pool.state.idleByImage.filter { $0.value > 0 } == ["b": 1, "c": 1])
        #expect(pool.discards.count == 1)
    }

    @Test func `images in use share the room, each its first before another has its second`() {
        var pool = Pool(maxIdle: 4)
        pool.use(a, times: 4)
        pool.use(b, times: 1)
        #expect(pool.state.idleByImage == ["a": 3, "b": 1])
        pool.use(c, times: 4)
        #expect(pool.state.idleByImage == ["a": 1, "b": 1, "c": 2])
    }

    @Test func `what is always wanted does not give way`() {
        var pool = Pool(maxIdle: 2, floors: [(a, 1)])
        pool.settle()
        pool.use(b)
        pool.use(c)
        #expect(pool.state.idleByImage.filter { $0.value > 0 } == ["a": 1, "c": 1])
    }

    @Test(arguments: [false, true])
    func `any course of events stays within the room, and each container waits, is taken or given up`(
        _ isQuiet: Bool
    ) {
        var random = SeededGenerator(seed: 11)
        var pool = Pool(maxIdle: 5, maxMemory: 100 << 20, processors: 2, isQuiet: isQuiet)
        pool.memory = [a: 30 << 20, b: 60 << 20]
        var waiting: Set<Int> = []
        var runs: [Int] = []
        for _ in 0..<4_000 {
            pool.now += .milliseconds(Int.random(in: 0...400, using: &random))
            let key = [a, b, c].randomElement(using: &random) ?? a
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                let (run, container) = pool.begin(key)
                runs.append(run)
                if let container { #expect(waiting.remove(container) != nil) }
            case 2 where !runs.isEmpty:
                let run = runs.remove(at: Int.random(in: 0..<runs.count, using: &random))
                let outcome = [PoolRun.Outcome.warm, .cold, .unrunnable].randomElement(using: &random) ?? .cold
                pool.state.end(run, outcome, now: pool.now)
            case 3 where !pool.refilling.isEmpty:
                let refilled = pool.refilling.removeFirst()
                let memory = pool.memory[refilled]
                let number = pool.state.admit(refilled, of: KnownImage(id: "id", waitingMemory: memory), now: pool.now)
                if let number { waiting.insert(number) }
            case 4 where !pool.refilling.isEmpty:
                pool.state.refillFailed(pool.refilling.removeFirst(), now: pool.now)
            default:
                guard let number = waiting.randomElement(using: &random) else { break }
                pool.state.died(number, now: pool.now)
                waiting.remove(number)
            }
            pool.plan()
            for number in pool.discards { #expect(waiting.remove(number) != nil) }
            pool.discards = []
            #expect(pool.state.idleByImage.values.reduce(0, +) == waiting.count)
            #expect(waiting.count + pool.refilling.count <= 5)
            #expect(pool.state.idleMemory <= 100 << 20)
        }
    }

    // MARK: Yielding

    @Test func `refills take no more than the processors at once`() {
        var pool = Pool(processors: 2, floors: [(a, 6)])
        pool.plan()
        #expect(pool.refilling.count == 2)
        pool.plan()
        #expect(pool.refilling.count == 2)
    }

    @Test func `refills wait while runs are young, and go on when they have grown`() throws {
        var pool = Pool(processors: 2, floors: [(a, 1)])
        pool.settle()
        let run = pool.begin(a)
        #expect(run.container != nil)
        pool.plan()
        #expect(pool.refilling.isEmpty)
        pool.now = try #require(pool.next)
        pool.plan()
        #expect(pool.refilling == [a])
    }

    @Test func `a run that ends lets refills go on at once`() {
        var pool = Pool(processors: 2, floors: [(a, 1)])
        pool.settle()
        let (run, _) = pool.begin(a)
        pool.state.end(run, .warm, now: pool.now)
        pool.plan()
        #expect(pool.refilling == [a])
    }

    // MARK: Failures

    @Test func `a refill that fails is tried again at once, then ever later, and a warm run ends that`() throws {
        var pool = Pool(floors: [(a, 1)])
        var waits: [Duration] = []
        for _ in 0..<14 {
            pool.plan()
            if pool.refilling.isEmpty {
                let next = try #require(pool.next)
                waits.append(next - pool.now)
                pool.now = next
                pool.plan()
            }
            #expect(pool.refilling == [a])
            pool.refilling = []
            pool.state.refillFailed(a, now: pool.now)
        }
        #expect(waits.first == .milliseconds(250))
        #expect(waits.last == .seconds(60))
        let run = pool.begin(a).run
        pool.state.end(run, .warm, now: pool.now)
        pool.plan()
        #expect(pool.refilling.first == a)
    }

    @Test func `a container that ends while it waits is replaced, and one that cannot wait is tried ever less often`() {
        var pool = Pool(isQuiet: true, floors: [(a, 1)])
        pool.settle()
        pool.state.died(1, now: pool.now)
        pool.settle()
        #expect(pool.idle(a) == 1)
        pool.state.died(2, now: pool.now)
        pool.settle()
        #expect(pool.idle(a) == 0)
        #expect(pool.state.counters.deaths == 2)
    }

    @Test(arguments: [true, false])
    func `an image of which there can be no container is forgotten, also while one is being made`(isRunFirst: Bool) {
        var pool = Pool(processors: 4)
        let run = pool.begin(a).run
        #expect(pool.refilling == [a])
        if isRunFirst { pool.state.end(run, .unrunnable, now: pool.now) }
        pool.state.refillFailed(a, now: pool.now)
        if !isRunFirst { pool.state.end(run, .unrunnable, now: pool.now) }
        pool.refilling = []
        pool.plan()
        #expect(pool.refilling.isEmpty)
        #expect(pool.state.keys.isEmpty)
    }

    @Test func `containers that die together count as one failure`() throws {
        var pool = Pool(isQuiet: true, floors: [(a, 6)])
        pool.settle()
        for number in 1...6 { pool.state.died(number, now: pool.now) }
        pool.plan()
        #expect(try #require(pool.next) - pool.now == .milliseconds(250))
    }

    @Test func `of images without number, only as many are remembered as may wait`() {
        var pool = Pool(maxIdle: 3)
        for index in 0..<100 { pool.use(Self.key("image \(index)")) }
        #expect(pool.state.keys.count <= 4)
    }

    // MARK: Images

    @Test func `containers of another image than the name now stands for are given up`() {
        var pool = Pool()
        pool.use(a, times: 2)
        pool.use(b)
        let unchanged = pool.state.setCurrentImage("a", "id")
        let changed = pool.state.setCurrentImage("a", "another")
        #expect(unchanged.isEmpty)
        #expect(changed.count == 2)
        #expect(pool.idle(a) == 0)
        #expect(pool.idle(b) == 1)
    }

    @Test func `a container that was made of the old image while the name moved is not taken in`() {
        var pool = Pool(floors: [(a, 1)])
        pool.plan()
        #expect(pool.refilling == [a])
        _ = pool.state.setCurrentImage("a", "new")
        let old = pool.state.admit(a, of: KnownImage(id: "old"), now: pool.now)
        #expect(old == nil)
        pool.refilling = []
        pool.plan()
        #expect(pool.refilling == [a])
        let new = pool.state.admit(a, of: KnownImage(id: "new"), now: pool.now)
        #expect(new != nil)
    }

    @Test func `containers of an image that is gone are given up`() {
        var pool = Pool()
        pool.use(a)
        let discards = pool.state.setCurrentImage("a", nil)
        #expect(discards.count == 1)
    }

    // MARK: Ending

    @Test func `a closed pool gives up everything and takes nothing in`() {
        var pool = Pool(floors: [(a, 2), (b, 1)])
        pool.plan()
        #expect(pool.state.admit(a, of: KnownImage(id: "id"), now: pool.now) != nil)
        #expect(pool.state.close().count == 1)
        #expect(pool.state.admit(a, of: KnownImage(id: "id"), now: pool.now) == nil)
        #expect(pool.state.plan(now: pool.now) == PoolPlan())
        #expect(pool.begin(a).container == nil)
    }

    @Test func `hits and misses are counted by what answered`() {
        var pool = Pool()
        pool.use(a)
        let (run, container) = pool.begin(a)
        #expect(container != nil)
        pool.state.end(run, .warm, now: pool.now)
        var expected = PoolCounters()
        (expected.hits, expected.misses, expected.refills) = (1, 1, 1)
        #expect(pool.state.counters == expected)
    }

    @Test func `refills that could not be made are made again once a run shows that they can be`() {
        var pool = Pool()
        let run = pool.begin(a).run
        pool.plan()
        for _ in 0..<8 {
            for key in pool.refilling { pool.state.refillFailed(key, now: pool.now) }
            pool.refilling = []
            pool.now = max(pool.next ?? pool.now, pool.now + .seconds(1))
            pool.plan()
        }
        for key in pool.refilling { pool.state.refillFailed(key, now: pool.now) }
        pool.refilling = []
        pool.plan()
        #expect(pool.refilling.isEmpty)
        pool.state.end(run, .failed, now: pool.now)
        pool.plan()
        #expect(pool.refilling.isEmpty)
        let next = pool.begin(a).run
        pool.state.end(next, .cold, now: pool.now)
        pool.settle()
        #expect(pool.idle(a) > 0)
    }
}
