internal import Dispatch
internal import FoundationEssentials
internal import Logging
internal import Synchronization

/// Containers that are started ahead of time and wait on their stdin, so that a run which finds one is answered without
/// waiting for a start. Each is used once. ``PoolState`` decides how many of what there are; this does it.
///
/// Any thread may call it. What takes time happens on queues of its own, each refill on one that is made for it, because
/// libdispatch starts threads for serial queues at once.
final class ContainerPool: Sendable {
    private struct Inventory {
        var state: PoolState
        var containers: [Int: AttachedContainer] = [:]
        let watch: PoolWatch
        /// When the next plan is due.
        var alarm: ContinuousClock.Instant?
        var refills = 0

        /// Nobody watches over it any more.
        mutating func remove(_ number: Int) -> AttachedContainer? {
            guard let container = containers.removeValue(forKey: number) else { return nil }
            watch.unwatch(container.stream)
            return container
        }
    }

    private let docker: DockerClient
    private let maker: WaitingContainerMaker
    private let engine: EngineCheck
    private let ledger: ContainerLedger
    private let reaper: Reaper
    private let logger: Logger
    private let inventory: Mutex<Inventory>
    private let closing = RunControl()
    let freshness = ImageFreshness()
    private let setMemory: Int?
    private let floorWarning: FloorWarning
    /// At once, whatever the number of processors: each blocks a thread of ``ThreadShare/service``.
    private static let maximumRefills = 96
    /// Bytes that a container may say before it is asked.
    private static let maximumSaid = 65536
    /// Two processes never give a container the same name.
    private let instance: String

    init(
        _ settings: RunService.Settings, docker: DockerClient, launcher: ContainerLauncher, engine: EngineCheck,
        ledger: ContainerLedger, reaper: Reaper, instance: String, logger: Logger
    ) {
        self.docker = docker
        maker = WaitingContainerMaker(
            docker: docker, launcher: launcher, reaper: reaper, hasPreludes: settings.run.prelude != .off)
        self.engine = engine
        self.ledger = ledger
        self.reaper = reaper
        self.instance = instance
        self.logger = logger
        floorWarning = FloorWarning(logger)
        setMemory = settings.pool.maxMemory
        let state = PoolState(
            PoolState.Limits(
                maxIdle: settings.maxIdle, maxMemory: 0, idleTimeout: .seconds(settings.pool.idleTimeout),
                processors: min(ProcessInfo.processInfo.activeProcessorCount, Self.maximumRefills)),
            floors: settings.pool.images.map { (ContainerKind(image: $0.image, runner: $0.runner), $0.count) },
            now: .now)
        let watch = PoolWatch()
        inventory = Mutex(Inventory(state: state, watch: watch))
        watch.begin(ThreadShare.service.queue("container pool")) { [weak self] in
            self?.readable($0)
        } whenDue: { [weak self] in
            self?.updateAndReplan { $0.alarm = nil }
        }
    }

    /// Bytes that waiting containers may take. Before the Engine has said how many it has, and where it does not say so, its
    /// machine is taken to be this one.
    var maxMemory: Int {
        setMemory ?? (engine.memory ?? Int(clamping: ProcessInfo.processInfo.physicalMemory)) / 4
    }

    var counters: PoolCounters { inventory.withLock(\.state.counters) }

    /// How many containers wait, by image: of images of which some wait, or always should.
    var idleByImage: [String: Int] { inventory.withLock(\.state.idleByImage) }

    /// Bytes that they take.
    var idleMemory: Int { inventory.withLock(\.state.idleMemory) }

    /// Makes what shall always be there.
    func start() {
        updateAndReplan { _ in }
    }

    /// Gives up every container, also those that are being made, and makes no more.
    func close() {
        closing.cancel()
        let containers = inventory.withLock { inventory in
            inventory.state.close().compactMap { inventory.remove($0) }
        }
        for container in containers { giveUp(container) }
    }

    // MARK: Runs

    /// Tells the pool of a run, which is to be told of its end as well.
    ///
    /// - Returns: the run's number, and a container that is the caller's from now on, if one waits.
    func begin(_ beginning: PoolRun) -> (run: Int, container: AttachedContainer?) {
        var dead: [AttachedContainer] = []
        let begun = updateAndReplan { inventory -> (run: Int, container: AttachedContainer?) in
            let (run, first) = inventory.state.begin(beginning, now: .now)
            var number = first
            while let container = number.flatMap({ inventory.remove($0) }) {
                if container.stream.readAhead(limit: Self.maximumSaid) { return (run, container) }
                dead.append(container)
                inventory.state.diedUnused()
                number = inventory.state.take(beginning.kind)
            }
            return (run, nil)
        }
        for container in dead { reaper.take(container) }
        return begun
    }

    func end(_ run: Int, _ outcome: PoolRun.Outcome) {
        updateAndReplan { $0.state.end(run, outcome, now: .now) }
    }

    /// A container that was taken has ended before it said anything.
    func diedUnused() {
        updateAndReplan { $0.state.diedUnused() }
    }

    // MARK: Images

    /// Of a container that was taken, the daemon could not say whether it is of the right image.
    func imageCheckFailed(_ key: ContainerKind) { updateAndReplan { $0.state.imageCheckFailed(key, now: .now) } }

    /// How a run of this container finds out whether its image is still the one of that name. Its time begins now.
    func imageCheck(_ container: AttachedContainer, _ image: String) -> ImageCheck {
        ImageCheck(image, imageID: container.image?.id, engine.isSlowAtImages ? freshness : nil)
    }

    /// The names of all images of which containers wait, or may soon.
    var images: Set<String> { inventory.withLock { Set($0.state.keys.map(\.image)) } }

    /// What an image's name stands for now; nil if that is nothing.
    func setCurrentImage(_ image: String, _ imageID: String?) {
        let stale = updateAndReplan { inventory in
            inventory.state.setCurrentImage(image, imageID).compactMap { inventory.remove($0) }
        }
        for container in stale { giveUp(container) }
    }

    /// The daemon answers again.
    func retryRefills() {
        updateAndReplan { $0.state.retryRefills() }
    }

    // MARK: Doing what was planned

    /// Changes the state, plans anew and does what the plan says.
    @discardableResult
    private func updateAndReplan<Result: Sendable>(_ body: (inout Inventory) -> Result) -> Result {
        var discarded: [AttachedContainer] = []
        var refills: [(name: String, key: ContainerKind, image: KnownImage?)] = []
        let result = inventory.withLock { inventory in
            let result = body(&inventory)
            inventory.state.limits.maxMemory = maxMemory
            let plan = inventory.state.plan(now: .now)
            discarded = plan.discards.compactMap { inventory.remove($0) }
            for key in plan.refills {
                inventory.refills += 1
                let name = "docker-run-warm-\(instance)-\(inventory.refills)"
                refills.append((name, key, inventory.state.entries[key]?.image))
                // In the same breath, so that a shutdown sees either no refill or its container.
                ledger.add(name)
            }
            if let next = plan.next, inventory.alarm.map({ next < $0 }) ?? true {
                inventory.alarm = next
                inventory.watch.wake(at: next)
            }
            return result
        }
        for container in discarded { giveUp(container) }
        for (name, key, image) in refills {
            ThreadShare.service.queue(name).async { [self] in refill(name, key, of: image) }
        }
        return result
    }

    private func refill(_ name: String, _ key: ContainerKind, of image: KnownImage?) {
        do throws(RunError) {
            let container = try maker.make(name, key, of: image, closing)
            if !admit(container, key) { lookUp(key.image) }
        } catch {
            updateAndReplan { $0.state.refillFailed(key, now: .now) }
            guard error != .cancelled else { return }
            logger.warning(
                "no container could be made to wait", metadata: ["image": "\(key.image)", "reason": "\(error)"])
        }
    }

    /// A container was of another image than the name was known to stand for; one of the two is out of date.
    private func lookUp(_ image: String) {
        guard !closing.isCancelled, let imageID = try? docker.imageID(ofImage: image) else { return }
        setCurrentImage(image, imageID)
    }

    private func admit(_ container: AttachedContainer, _ key: ContainerKind) -> Bool {
        let isAdmitted = updateAndReplan { inventory in
            guard let image = container.image, let number = inventory.state.admit(key, of: image, now: .now) else {
                return false
            }
            inventory.containers[number] = container
            inventory.watch.watch(container.stream, as: number)
            return true
        }
        guard isAdmitted else {
            giveUp(container)
            return false
        }
        logger.debug("a container waits", metadata: ["container": "\(container.name)"])
        floorWarning.compare(inventory.withLock(\.state.floorMemory), maxMemory)
        return true
    }

    /// A container has ended, or says something before it was asked, which is kept for the run that it will have.
    private func readable(_ number: Int) {
        let dead = updateAndReplan { inventory -> AttachedContainer? in
            // Under the lock, so that nobody takes the container and reads as well. It does not block.
            guard let waiting = inventory.containers[number] else { return nil }
            guard !waiting.stream.readAhead(limit: Self.maximumSaid) else { return nil }
            inventory.state.died(number, now: .now)
            return inventory.remove(number)
        }
        guard let container = dead else { return }
        logger.debug("a waiting container has ended", metadata: ["container": "\(container.name)"])
        reaper.take(container)
    }

    /// The end of its stdin tells a waiting container to end, which costs the daemon less than to kill it.
    private func giveUp(_ container: AttachedContainer) {
        container.stream.closeWriting()
        reaper.take(container, isEnding: true)
    }
}
