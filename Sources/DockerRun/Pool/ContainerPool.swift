internal import Dispatch
internal import FoundationEssentials
internal import Logging
internal import Synchronization

/// Containers that are started ahead of time and wait on their stdin, so that a run which finds one is answered without
/// waiting for a start. Each is used once. ``PoolState`` decides how many of what there are; this does it.
///
/// Any thread may call it. What takes time happens on queues of its own: each refill on one that is made for it, because
/// libdispatch starts threads for serial queues at once; deaths and plans on one more.
public final class ContainerPool: Sendable {
    private struct State {
        var core: PoolState
        var containers: [Int: WaitingContainer] = [:]
        /// When plans are due.
        var alarms: Set<ContinuousClock.Instant> = []
        var refills = 0
    }

    /// No container waits; every run makes its own.
    public let isOff: Bool
    private let docker: DockerClient
    private let launcher: ContainerLauncher
    private let specification: @Sendable (PoolKey) -> ContainerSpecification
    private let reaper: Reaper
    private let logger: Logger
    private let state: Mutex<State>
    private let queue = ThreadShare.service.queue("container pool")
    private let closing = Cancellation()
    let freshness = ImageFreshness()
    /// At once, whatever the number of processors: each blocks a thread of ``ThreadShare/service``.
    private static let maximumRefills = 96
    /// Bytes that a container may say before it is asked.
    private static let maximumSaid = 65536
    /// Two processes never give a container the same name.
    private let instance: String

    init(
        _ configuration: Configuration, docker: DockerClient, launcher: ContainerLauncher, reaper: Reaper,
        identity: ServerIdentity, logger: Logger
    ) {
        self.docker = docker
        self.reaper = reaper
        self.logger = logger
        instance = identity.instance
        self.launcher = launcher
        specification = { ContainerSpecification($0, configuration, identity) }
        let maxIdle = configuration.maxIdle
        // A container that is kept for inspection shall have run something.
        isOff = maxIdle == 0 || configuration.container.keep
        let core = PoolState(
            PoolState.Limits(
                maxIdle: maxIdle, idleTimeout: .seconds(configuration.pool.idleTimeout),
                processors: min(ProcessInfo.processInfo.activeProcessorCount, Self.maximumRefills)),
            floors: isOff
                ? [] : configuration.pool.images.map { (PoolKey(image: $0.image, runner: $0.runner), $0.count) },
            now: .now)
        state = Mutex(State(core: core))
    }

    public var counters: PoolCounters { state.withLock(\.core.counters) }

    /// How many containers wait, by image: of images of which some wait, or always should.
    public var idleByImage: [String: Int] { state.withLock(\.core.idleByImage) }

    /// Makes what shall always be there.
    public func start() {
        change { _ in }
    }

    /// Gives up every container, also those that are being made, and makes no more.
    public func close() {
        closing.cancel()
        let containers = state.withLock { state in
            state.core.close().compactMap { state.containers.removeValue(forKey: $0) }
        }
        for container in containers { giveUp(container.release()) }
    }

    // MARK: Runs

    /// Tells the pool of a run, which is to be told of its end as well.
    ///
    /// - Returns: the run's number, and a container that is the caller's from now on, if one waits.
    func begin(_ key: PoolKey) -> (run: Int?, container: AttachedContainer?) {
        guard !isOff else { return (nil, nil) }
        var dead: [AttachedContainer] = []
        let begun = change { state -> (run: Int?, container: AttachedContainer?) in
            let (run, first) = state.core.begin(key, now: .now)
            var number = first
            while let container = number.flatMap({ state.containers.removeValue(forKey: $0) })?.release() {
                if container.stream.readAhead(limit: Self.maximumSaid) { return (run, container) }
                dead.append(container)
                state.core.takenHasDied()
                number = state.core.take(key)
            }
            return (run, nil)
        }
        for container in dead { reaper.take(container) }
        return begun
    }

    func end(_ run: Int?, _ key: PoolKey, _ outcome: PoolState.Outcome) {
        guard let run else { return }
        change { $0.core.end(run, key, outcome, now: .now) }
    }

    /// A container that was taken has ended before it said anything.
    func takenHasDied() {
        change { $0.core.takenHasDied() }
    }

    /// Of a container that was taken, the daemon could not say whether it is of the right image.
    func takenIsUncertain(_ key: PoolKey) {
        change { $0.core.takenIsUncertain(key, now: .now) }
    }

    // MARK: Images

    /// The names of all images of which containers wait, or may soon.
    var images: Set<String> { state.withLock { Set($0.core.keys.map(\.image)) } }

    /// What an image's name stands for now; nil if that is nothing.
    func certify(_ image: String, _ imageID: String?) {
        let stale = change { state in
            state.core.certify(image, imageID).compactMap { state.containers.removeValue(forKey: $0) }
        }
        for container in stale { giveUp(container.release()) }
    }

    /// The daemon answers again.
    func retryRefills() {
        change { $0.core.retryRefills() }
    }

    // MARK: Doing what was planned

    /// Changes the state, plans anew and does what the plan says.
    @discardableResult
    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        var discarded: [WaitingContainer] = []
        var refills: [(name: String, key: PoolKey)] = []
        var alarm: ContinuousClock.Instant?
        let result = state.withLock { state in
            let result = body(&state)
            let plan = state.core.plan(now: .now)
            discarded = plan.discards.compactMap { state.containers.removeValue(forKey: $0) }
            for key in plan.refills {
                state.refills += 1
                refills.append(("docker-run-warm-\(instance)-\(state.refills)", key))
                // In the same breath, so that a shutdown sees either no refill or its container.
                reaper.ledger.add(refills[refills.count - 1].name)
            }
            if let next = plan.next, !state.alarms.contains(where: { $0 <= next }) {
                state.alarms.insert(next)
                alarm = next
            }
            return result
        }
        for container in discarded { giveUp(container.release()) }
        for (name, key) in refills {
            ThreadShare.service.queue(name).async { [self] in refill(name, key) }
        }
        if let alarm { planAgain(at: alarm) }
        return result
    }

    private func planAgain(at time: ContinuousClock.Instant) {
        let delay = max(0, (time - .now).milliseconds / 1000)
        queue.asyncAfter(deadline: .now() + delay) { [self] in
            change { _ = $0.alarms.remove(time) }
        }
    }

    private func refill(_ name: String, _ key: PoolKey) {
        do throws(RunError) {
            let container = try makeWaiting(name, specification(key))
            if !admit(container, key) { lookUp(key.image) }
        } catch {
            change { $0.core.refillFailed(key, now: .now) }
            guard error != .cancelled else { return }
            logger.warning(
                "no container could be made to wait",
                metadata: ["image": "\(key.image)", "reason": "\(error)"])
        }
    }

    private func makeWaiting(
        _ name: String, _ specification: ContainerSpecification
    ) throws(RunError) -> AttachedContainer {
        var container = try launcher.launch(name, specification, closing)
        do throws(DockerError) {
            try docker.start(name)
            container.imageID = try docker.inspect(name).imageID()
            return container
        } catch {
            reaper.take(container)
            throw .docker(error, in: RunError.start)
        }
    }

    /// A container was of another image than the name was known to stand for; one of the two is out of date.
    private func lookUp(_ image: String) {
        guard !closing.isCancelled, let imageID = try? docker.imageID(ofImage: image) else { return }
        certify(image, imageID)
    }

    private func admit(_ container: AttachedContainer, _ key: PoolKey) -> Bool {
        let isAdmitted = change { state in
            guard let number = state.core.admit(key, imageID: container.imageID, now: .now) else {
                return false
            }
            state.containers[number] = WaitingContainer(container, queue: queue) { [weak self] in self?.heard(number) }
            return true
        }
        if isAdmitted {
            logger.debug("a container waits", metadata: ["container": "\(container.name)"])
        } else {
            giveUp(container)
        }
        return isAdmitted
    }

    /// A container has ended, or says something before it was asked, which is kept for the run that it will have.
    private func heard(_ number: Int) {
        let dead = change { state -> WaitingContainer? in
            // Under the lock, so that nobody takes the container and reads as well. It does not block.
            guard let waiting = state.containers[number] else { return nil }
            guard !waiting.container.stream.readAhead(limit: Self.maximumSaid) else { return nil }
            state.core.died(number, now: .now)
            return state.containers.removeValue(forKey: number)
        }
        guard let container = dead?.release() else { return }
        logger.debug("a waiting container has ended", metadata: ["container": "\(container.name)"])
        reaper.take(container)
    }

    /// The end of its stdin tells a waiting container to end, which costs the daemon less than to kill it.
    private func giveUp(_ container: AttachedContainer) {
        container.stream.closeWriting()
        reaper.take(container, isEnding: true)
    }
}

extension Configuration {
    /// Containers that may wait, all images together; 0 turns the pool off.
    public var maxIdle: Int { pool.maxIdle ?? server.workerThreads }
}
