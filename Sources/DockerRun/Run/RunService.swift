public import Logging
internal import Synchronization

/// The door of this library: it runs programs, each in a container of its own, and owns all that this takes: threads, queue,
/// connections to the Engine, waiting containers, and the removal of every container that it made. Any thread may call it.
///
/// The image's command, or code-runner in its place, reads the payload from its stdin and prints one JSON object, which is
/// the result:
///
/// ```swift
/// func result(of payload: String, in image: String, engine socket: String) async throws -> String {
///     var settings = RunService.Settings()
///     settings.docker.socketPath = socket
///     settings.run.maxExecutionTime = 5
///     let service = RunService(settings, name: "example", logger: Logger(label: "example"))
///     service.start()
///     defer { service.close() }
///     let (reports, reported) = AsyncStream<RunReport>.makeStream()
///     _ = try service.submit(RunRequest(image: image, payload: Array(payload.utf8)[...])) { event in
///         if case .ended(let report) = event { reported.yield(report) }
///     }
///     for await report in reports { return String(decoding: try report.result.get(), as: UTF8.self) }
///     throw CancellationError()
/// }
/// ```
///
/// A process that is to leave nothing behind awaits ``whenEmpty(_:)`` before it ends; what it leaves all the same, the next
/// service of that name removes.
public final class RunService: Sendable {
    /// Why a run was not taken.
    public typealias Rejection = WorkerPool.Rejection

    private let settings: Settings
    private let identity: ServerIdentity
    private let docker: DockerClient
    /// With short time limits: whoever asks for health gives up soon.
    private let probe: DockerClient
    private let calls = DockerCallMetrics()
    private let engine: EngineCheck
    private let admission: RunAdmission
    private let ledger = ContainerLedger()
    private let reaper: Reaper
    private let sweeper: Sweeper
    private let pool: ContainerPool?
    private let imageWatcher: ImageWatcher
    private let languageCatalog: Languages
    private let runner: Runner
    private let workers: WorkerPool
    /// Of interactive runs. None waits for a place, but perhaps for a worker to finish with a container whose run has ended.
    private let interactiveWorkers: WorkerPool
    private let runs = Mutex(SubmittedRuns())

    /// Seconds that ``ping()`` takes at most.
    public static let pingTimeout = 2

    /// - Parameter name: of this service: whatever containers carry it, and were made by no process that lives, are left by a
    ///   dead one and removed. So it stays the same over restarts, and no other service on the same Engine has it.
    public init(_ settings: Settings, name: String, logger: Logger) {
        self.settings = settings
        identity = ServerIdentity(name: name)
        docker = DockerClient(settings.docker, calls)
        var impatient = settings.docker
        (impatient.readTimeout, impatient.writeTimeout) = (Self.pingTimeout, Self.pingTimeout)
        probe = DockerClient(impatient, calls)
        engine = EngineCheck(settings.container, docker: docker, logger: logger)
        admission = RunAdmission(settings: settings, engine: engine)
        reaper = Reaper(
            docker, ledger: ledger, runners: settings.workers + settings.maxInteractive,
            keepsContainers: settings.container.keep, logger: logger)
        sweeper = Sweeper(docker: docker, ledger: ledger, reaper: reaper, identity: identity, logger: logger)
        let recipe = ContainerRecipe(
            settings.container, settings.run, labels: identity.labels(kept: settings.container.keep))
        let warnings = EngineWarnings(logger)
        let launcher = ContainerLauncher(
            recipe, refusesVolumes: settings.container.readonlyRootfs, docker: docker, ledger: ledger, reaper: reaper,
            check: engine, warnings: warnings)
        // A container that is kept for inspection shall have run something.
        pool =
            settings.maxIdle == 0 || settings.pool.maxMemory == 0 || settings.container.keep
            ? nil
            : ContainerPool(
                settings, docker: docker, launcher: launcher, engine: engine, ledger: ledger, reaper: reaper,
                instance: identity.instance, logger: logger)
        languageCatalog = Languages(settings.run, docker: docker)
        imageWatcher = ImageWatcher(docker: docker, pool: pool, languages: languageCatalog, logger: logger)
        runner = Runner(
            settings, docker: docker, launcher: launcher,
            updater: ContainerUpdater(recipe, docker: docker, warnings: warnings), reaper: reaper, pool: pool)
        workers = WorkerPool(name: "worker", .runs, workers: settings.workers, capacity: settings.queueSize)
        interactiveWorkers = WorkerPool(
            name: "dialogue", .runs, workers: settings.maxInteractive, first: settings.workers,
            capacity: settings.maxInteractive)
    }

    // MARK: Life

    /// Asks the Engine whether it can keep the limits that the settings name, and has the volume. If it cannot be asked
    /// now, it is asked again before the first container is made.
    ///
    /// - Throws: ``DockerError/unsuitable(_:)`` if not; the text names each limit, or the volume, and what to do.
    public func checkEngine() throws(DockerError) {
        try engine.run()
        try engine.requireVolume()
    }

    /// Begins to remove what dead processes of this name left, and to have containers wait for runs.
    public func start() {
        sweeper.start()
        imageWatcher.start()
        languageCatalog.prepare()
        pool?.start()
    }

    /// Gives up the containers that wait, and has no more of them made. Runs go on.
    ///
    /// - Parameter refusingRuns: no further ones are taken either, and those that wait for a worker are cancelled.
    public func drain(refusingRuns: Bool) {
        pool?.close()
        if refusingRuns {
            workers.close()
            interactiveWorkers.close()
        }
    }

    /// Takes no further runs and cancels all that there are. ``whenEmpty(_:)`` tells when their containers are gone.
    public func close() {
        drain(refusingRuns: true)
        for control in runs.withLock({ Array($0.controls.values) }) { control.cancel() }
    }

    /// Calls `body` once, as soon as the Engine has none of this service's containers: on this thread if that is now, else
    /// on the one that removes the last.
    public func whenEmpty(_ body: @escaping @Sendable () -> Void) {
        ledger.whenEmpty(body)
    }

    /// How many containers there are that this service has made, or is making.
    public var containerCount: Int { ledger.count }

    // MARK: Runs

    /// Has a worker run this as soon as one is free, in the order of submission.
    ///
    /// - Throws: ``Rejection``; then there are no events.
    public func submit(_ request: RunRequest, observe: @escaping RunObserver) throws(Rejection) -> Run {
        let number = UInt64.random(in: .min ... .max)
        return try submit(id: "\(identity.instance)-\(String(number, radix: 36))", observe: observe) { request }
    }

    /// The same, of a request that takes time to read.
    ///
    /// - Parameters:
    ///   - id: names a container that is made for the run: letters, digits, `-` and `_`, and unlike any other's.
    ///   - control: of this run alone.
    ///   - prepare: called on the worker, when the run's turn has come.
    public func submit(
        id: String, control: RunControl = RunControl(), observe: @escaping RunObserver,
        prepare: @escaping @Sendable () throws(RunError) -> RunRequest
    ) throws(Rejection) -> Run {
        try submit(to: workers, id: id, control: control, observe: observe, prepare: prepare)
    }

    /// The same, of a run that is talked with by `control`, whatever `prepare` says of that. It does not wait for a place.
    public func converse(
        id: String, control: RunControl, observe: @escaping RunObserver,
        prepare: @escaping @Sendable () throws(RunError) -> RunRequest
    ) throws(Rejection) -> Run {
        guard runs.withLock({ $0.takePlace(of: settings.maxInteractive) }) else { throw .full }
        let observe: RunObserver = { [self] event in
            if case .ended = event { runs.withLock { $0.givePlaceBack() } }
            observe(event)
        }
        do throws(Rejection) {
            return try submit(to: interactiveWorkers, id: id, control: control, observe: observe) {
                () throws(RunError) in
                var request = try prepare()
                request.isInteractive = true
                return request
            }
        } catch {
            runs.withLock { $0.givePlaceBack() }
            throw error
        }
    }

    private func submit(
        to workers: WorkerPool, id: String, control: RunControl, observe: @escaping RunObserver,
        prepare: @escaping @Sendable () throws(RunError) -> RunRequest
    ) throws(Rejection) -> Run {
        let number = runs.withLock { $0.add(control) }
        let observe: RunObserver = { [self] event in
            if case .ended = event { runs.withLock { $0.controls[number] = nil } }
            observe(event)
        }
        let submitted = ContinuousClock.now
        do {
            let ticket = try workers.submit { [self] turn in
                let request: RunRequest
                do throws(RunError) {
                    guard turn == .work && !control.isCancelled else { throw .cancelled }
                    request = try prepare()
                    try admission.check(request)
                } catch {
                    return observe(.ended(RunReport(result: .failure(error))))
                }
                runner.run(request, id: id, queue: .now - submitted, control, observe)
            }
            return Run(id: id) { [workers] in
                control.cancel()
                if workers.withdraw(ticket) { observe(.ended(RunReport(result: .failure(.cancelled)))) }
            }
        } catch {
            runs.withLock { $0.controls[number] = nil }
            throw error
        }
    }

    // MARK: What there is to know

    /// The languages that there are, in the order of their names. Blocks if the Engine has not said it yet.
    public func languages() throws(DockerError) -> [Language] { try languageCatalog.current().languages }

    /// One, by its name or an alias. Throws ``RunError/language(_:known:)`` if there is none.
    public func language(named name: String) throws(RunError) -> Language { try languageCatalog.language(named: name) }

    /// What the Engine says of itself. Blocks until it has answered.
    public func engineVersion() throws(DockerError) -> DockerVersion {
        try docker.version()
    }

    /// Whether the Engine answers. Blocks for ``pingTimeout`` at most.
    public func ping() throws(DockerError) {
        try probe.ping()
    }

    /// Whether a run would be taken now.
    public var hasRoom: Bool { workers.hasRoom }

    public var statistics: Statistics {
        let load = workers.load
        return Statistics(
            busyWorkers: load.busy, waitingRuns: load.waiting, interactiveRuns: runs.withLock(\.interactiveCount),
            removals: reaper.backlog, calls: calls,
            pool: pool?.counters ?? PoolCounters(), idleByImage: pool?.idleByImage ?? [:],
            idleMemory: pool?.idleMemory ?? 0, maxIdleMemory: pool?.maxMemory ?? 0)
    }
}
