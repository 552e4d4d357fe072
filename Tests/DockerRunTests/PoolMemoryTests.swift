import Testing

@testable import DockerRun

/// What waiting containers take, and may take.
struct PoolMemoryTests {
    private typealias Pool = PoolUnderTest

    private let a = Pool.key("a")
    private let b = Pool.key("b")
    private let c = Pool.key("c")
    private let megabyte = 1 << 20

    @Test(arguments: [
        ("8388609", 8_388_609), ("0150000000", 150_000_000), ("1099511627776", 1 << 40), ("1099511627777", nil),
        ("8388608", nil), ("0", nil), ("", nil), ("-20000000", nil), ("+20000000", nil), (" 20000000", nil),
        ("20000000 ", nil), ("2e7", nil), ("20M", nil), ("20000000\u{301}", nil), ("٢٠٠٠٠٠٠٠", nil),
        ("99999999999999999999999", nil),
    ])
    func `a label says bytes in digits, more than is usual and less than a terabyte`(_ text: String, _ bytes: Int?) {
        #expect(WaitingMemory.said(text) == bytes)
    }

    @Test func `what does not say how much it takes counts as usual`() {
        var pool = Pool(maxMemory: 3 * WaitingMemory.usual)
        pool.use(a, times: 5)
        #expect(pool.idle == ["a": 3])
        #expect(pool.state.idleMemory == 3 * WaitingMemory.usual)
    }

    @Test(arguments: [false, true])
    func `no more wait than there is memory for`(_ isQuiet: Bool) {
        var pool = Pool(maxMemory: 350 * megabyte, isQuiet: isQuiet)
        pool.memory = [a: 100 * megabyte]
        pool.use(a, times: 5)
        pool.settleQuietly()
        #expect(pool.idle == ["a": 3])
        #expect(pool.state.idleMemory == 300 * megabyte)
    }

    @Test func `what turns out to take more makes the least recently used give way`() {
        var pool = Pool(maxMemory: 110 * megabyte)
        pool.memory = [c: 90 * megabyte]
        pool.use(a, times: 4)
        pool.use(b, times: 4)
        pool.use(c)
        #expect(pool.idle == ["a": 1, "b": 1, "c": 1])
        #expect(pool.discards.count == 6)
    }

    @Test func `what alone takes more than may be taken does not wait, and is not made again for each run`() {
        var pool = Pool(maxMemory: 100 * megabyte, isQuiet: true)
        pool.memory = [a: 101 * megabyte]
        pool.use(b)
        for _ in 0..<5 {
            #expect(pool.use(a) == 0)
            pool.settleQuietly()
        }
        #expect(pool.idle == ["b": 8])
        #expect(pool.state.counters.refills == 9)
        pool.now += .seconds(200)
        for _ in 0..<2 { pool.settleQuietly() }
        #expect(pool.state.keys.isEmpty)
    }

    @Test func `what finds no room beside what always waits is not made again for each run either`() {
        var pool = Pool(maxMemory: 200 * megabyte, floors: [(a, 1)])
        pool.memory = [a: 150 * megabyte, b: 100 * megabyte]
        pool.settle()
        for _ in 0..<5 { pool.use(b) }
        #expect(pool.idle == ["a": 1])
        #expect(pool.state.counters.refills == 2)
    }

    @Test
    func `what is always wanted comes first, then what was used last, each one before any has two`() {
        var pool = Pool(maxMemory: 400 * megabyte, floors: [(a, 2)])
        pool.memory = [a: 100 * megabyte, b: 50 * megabyte, c: 50 * megabyte]
        pool.settle()
        pool.use(b, times: 4)
        #expect(pool.idle == ["a": 2, "b": 4])
        pool.use(c, times: 4)
        #expect(pool.idle == ["a": 2, "b": 2, "c": 2])
    }

    @Test func `of what is always wanted as many wait as may`() {
        var pool = Pool(maxMemory: 250 * megabyte, floors: [(a, 3), (b, 3)])
        pool.memory = [a: 100 * megabyte]
        pool.settle()
        #expect(pool.idle == ["a": 2, "b": 3])
        #expect(pool.state.floorMemory == 300 * megabyte + 3 * WaitingMemory.usual)
    }

    @Test func `large and small images that are used in turn take nothing from each other`() {
        var pool = Pool(maxIdle: 24, maxMemory: 600 * megabyte, isQuiet: true)
        pool.memory = [a: 150 * megabyte, c: 150 * megabyte]
        for key in [a, b, c] {
            pool.use(key)
            pool.settleQuietly()
        }
        #expect(pool.idle == ["a": 2, "b": 18, "c": 1])
        pool.discards = []
        let refills = pool.state.counters.refills
        for index in 0..<30 {
            #expect(pool.use([a, b, c][index % 3]) == 1)
            pool.settleQuietly()
        }
        #expect(pool.discards.isEmpty)
        #expect(pool.state.counters.refills - refills == 30)
    }

    @Test func `the image that a name stands for now may say something else`() {
        var pool = Pool(maxMemory: 200 * megabyte)
        pool.memory = [a: 100 * megabyte]
        pool.use(a, times: 4)
        #expect(pool.idle == ["a": 2])
        _ = pool.state.setCurrentImage("a", "another")
        pool.plan()
        pool.memory = [:]
        for key in pool.refilling { _ = pool.state.admit(key, of: KnownImage(id: "another"), now: pool.now) }
        #expect(pool.state.idleMemory == 2 * WaitingMemory.usual)
    }

    @Test func `when less may be taken than does, something is given up`() {
        var pool = Pool()
        pool.use(a, times: 4)
        pool.use(b)
        pool.state.limits.maxMemory = 3 * WaitingMemory.usual
        pool.settle()
        #expect(pool.idle == ["a": 2, "b": 1])
    }

    @Test func `a run that is limited to little more than what waits has a cold container, and counts for nothing`() {
        var pool = Pool()
        pool.memory = [a: 100 * megabyte]
        pool.use(a)
        var run = PoolRun(a)
        run.memory = 131 * megabyte
        let (number, container) = pool.begin(run)
        #expect(container == nil)
        pool.state.end(number, .cold, now: pool.now)
        pool.settle()
        #expect(pool.idle == ["a": 1])
        #expect(pool.state.counters.misses == 1)
        run.memory = 132 * megabyte
        #expect(pool.begin(run).container != nil)
        var other = PoolRun(b)
        other.memory = 16 * megabyte
        pool.use(b)
        #expect(pool.begin(other).container != nil)
    }
}
