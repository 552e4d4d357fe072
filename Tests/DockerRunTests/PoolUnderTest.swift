@testable import DockerRun

/// A pool and a clock that is moved by hand; what a plan asks for is done at once, unless told otherwise.
struct PoolUnderTest {
    var state: PoolState
    var now = ContinuousClock.now
    var discards: [Int] = []
    var next: ContinuousClock.Instant?
    var refilling: [ContainerKind] = []
    /// What images say that their containers take.
    var memory: [ContainerKind: Int] = [:]

    /// - Parameter isQuiet: whether there is nothing else to do. If not, a run goes on for which the pool has nothing, so that
    ///   spare places stay empty.
    init(
        maxIdle: Int = 8, maxMemory: Int = .max, processors: Int = 4, isQuiet: Bool = false,
        floors: [(ContainerKind, Int)] = []
    ) {
        let limits = PoolState.Limits(
            maxIdle: maxIdle, maxMemory: maxMemory, idleTimeout: .seconds(100), processors: processors)
        state = PoolState(limits, floors: floors, now: now)
        guard !isQuiet else { return }
        var other = PoolRun(Self.key("other"))
        other.mayBeWarm = false
        _ = state.begin(other, now: now)
        now += .seconds(1)
    }

    static func key(_ image: String) -> ContainerKind { ContainerKind(image: image, runner: .image) }

    mutating func plan() {
        let plan = state.plan(now: now)
        discards += plan.discards
        refilling += plan.refills
        next = plan.next
    }

    /// Comes to the end of all refills, one after the other.
    ///
    /// - Returns: their containers.
    @discardableResult
    mutating func admit() -> [Int] {
        defer { refilling = [] }
        return refilling.compactMap { state.admit($0, of: KnownImage(id: "id", waitingMemory: memory[$0]), now: now) }
    }

    /// Plans and makes containers until there is no more to do now.
    mutating func settle() {
        plan()
        while !refilling.isEmpty {
            admit()
            plan()
        }
    }

    /// The same when a second has passed in which nothing happened, and again as long as that makes a difference.
    mutating func settleQuietly() {
        settle()
        var before: [String: Int]
        repeat {
            before = idle
            now += .seconds(1)
            settle()
        } while idle != before
    }

    mutating func begin(_ key: ContainerKind) -> (run: Int, container: Int?) { begin(PoolRun(key)) }

    mutating func begin(_ run: PoolRun) -> (run: Int, container: Int?) {
        defer { plan() }
        return state.begin(run, now: now)
    }

    /// Runs that go on at once, and end.
    ///
    /// - Returns: how many of them got a container.
    @discardableResult
    mutating func use(_ key: ContainerKind, times count: Int = 1, for time: Duration = .seconds(1)) -> Int {
        now += .seconds(1)
        let runs = (0..<count).map { _ in begin(key) }
        now += time
        for run in runs { state.end(run.run, .cold, now: now) }
        settle()
        return runs.count { $0.container != nil }
    }

    func idle(_ key: ContainerKind) -> Int { state.idleByImage[key.image] ?? 0 }

    /// Of images of which some wait.
    var idle: [String: Int] { state.idleByImage.filter { $0.value > 0 } }
}
