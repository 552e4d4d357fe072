internal import Glibc

/// Runs payloads, each in a container of its own that is never used again: one that waits in the pool, or else create,
/// attach and start; then payload and result; then the reaper removes it.
///
/// A run blocks the thread that it is called on. Any number of threads may run at once.
struct Runner: Sendable {
    private let settings: RunService.Settings
    private let docker: DockerClient
    private let launcher: ContainerLauncher
    private let updater: ContainerUpdater
    private let reaper: Reaper
    private let pool: ContainerPool?

    /// - Parameter pool: nil where no container waits.
    init(
        _ settings: RunService.Settings, docker: DockerClient, launcher: ContainerLauncher,
        updater: ContainerUpdater, reaper: Reaper, pool: ContainerPool?
    ) {
        self.settings = settings
        self.docker = docker
        self.launcher = launcher
        self.updater = updater
        self.reaper = reaper
        self.pool = pool
    }

    /// What the containers of one run have in common.
    private struct Attempts {
        let request: RunRequest
        let terms: RunTerms
        let kind: ContainerKind
        let control: RunControl
        let observe: RunObserver
        var timings: RunTimings
        var time: RunTime
        /// Whether a result that the daemon has lost may be made once more: where containers have a network, others than the
        /// client could see that something was done twice.
        var mayRepeat: Bool

        /// Whether the container has waited with more memory than the run has.
        var hasLessMemoryThanBefore: Bool { timings.isWarm && request.limits.memory != nil }
    }

    /// - Parameters:
    ///   - id: names the container if it is made now.
    ///   - queue: how long the run waited for its worker.
    ///   - observe: learns of the end as soon as there is something to report. What is left to do for the container comes
    ///     after.
    func run(
        _ request: RunRequest, id: String, queue: Duration, _ control: RunControl,
        _ observe: @escaping RunObserver
    ) {
        let kind = ContainerKind(image: request.image, runner: request.runner)
        let begun = pool?.begin(PoolRun(request, kind, mayBeUpdated: updater.isAble(kind)))
        var outcome = PoolRun.Outcome.failed
        defer { if let begun { pool?.end(begun.run, outcome) } }
        let terms = RunTerms(request, settings)
        var attempts = Attempts(
            request: request, terms: terms, kind: kind, control: control, observe: observe,
            timings: RunTimings(queue: queue),
            time: RunTime(terms.executionTime),
            mayRepeat: settings.container.networkDisabled)
        if let waiting = begun?.container, runWarm(in: waiting, &attempts) {
            outcome = .warm
            return
        }
        do throws(RunError) {
            if try runCold("docker-run-\(id)", &attempts, &outcome) { return }
            _ = try runCold("docker-run-\(id)-again", &attempts, &outcome)
        } catch {
            if case .create(let reason) = error, reason.blamesTheImage { outcome = .unrunnable }
            observe(.ended(RunReport(result: .failure(error), timings: attempts.timings, image: request.image)))
        }
    }

    /// - Returns: false if the daemon has lost the result, so that another container has to be made.
    private func runCold(
        _ name: String, _ attempts: inout Attempts, _ outcome: inout PoolRun.Outcome
    ) throws(RunError) -> Bool {
        let began = ContinuousClock.now
        let container = try launcher.launch(
            name, attempts.kind, attempts.request.limits, isForRunner: attempts.request.isForRunner, attempts.control)
        attempts.timings.create = ContinuousClock.now - began
        outcome = .cold
        if converse(with: container, &attempts) { return true }
        attempts.timings.retry = (attempts.timings.retry ?? .zero) + (ContinuousClock.now - began)
        return false
    }

    /// - Returns: false if the container turned out useless, so that another one has to be made.
    private func runWarm(in waiting: AttachedContainer, _ attempts: inout Attempts) -> Bool {
        let began = ContinuousClock.now
        attempts.timings.isWarm = true
        if update(waiting, &attempts) && converse(with: waiting, &attempts) { return true }
        attempts.timings.isWarm = false
        attempts.timings.update = nil
        attempts.timings.retry = ContinuousClock.now - began
        return false
    }

    /// Gives a container that waits what limits the run has of its own, if any.
    ///
    /// - Returns: false if it cannot have them; then it is on its way to be removed.
    private func update(_ waiting: AttachedContainer, _ attempts: inout Attempts) -> Bool {
        guard attempts.request.limits.areOfContainer else { return true }
        let began = ContinuousClock.now
        guard updater.update(waiting, attempts.kind, to: attempts.request.limits) else {
            reaper.take(waiting)
            return false
        }
        attempts.timings.update = ContinuousClock.now - began
        return true
    }

    /// Starts the container if that has not been done, talks to it, reports, and hands it to the reaper.
    ///
    /// - Returns: false if a container that had waited turned out dead, or of another image, or if the result was lost: then
    ///   nothing was reported, and another one has to have the payload.
    private func converse(with container: AttachedContainer, _ attempts: inout Attempts) -> Bool {
        let connection: DockerConnection
        do throws(DockerError) {
            connection = try docker.takeConnection()
        } catch {
            let failure = RunError.docker(error, in: RunError.start)
            report(.failure(failure), of: container, attempts.timings, nil, attempts)
            reaper.take(container)
            return true
        }
        defer { docker.giveBack(connection) }
        let (request, terms) = (attempts.request, attempts.terms)
        let knowsProtocol = container.runnerProtocol != nil
        guard knowsProtocol || !terms.isInteractive else {
            report(.failure(.notInteractive(request.image)), of: container, attempts.timings, nil, attempts)
            reaper.take(container)
            return true
        }
        // One that does not know it may still keep the server's own limit, of which its container tells.
        attempts.time.leavesTimeToAnswer = knowsProtocol || request.limits.executionTime == nil
        var conversation = Conversation(
            with: container, over: connection,
            imageCheck: attempts.timings.isWarm ? pool?.imageCheck(container, attempts.kind.image) : nil,
            payload: knowsProtocol
                ? RunnerInstructions(request, terms).inFront(of: request.payload) : request.payload,
            collector: ResultCollector(
                maximumSize: terms.outputSize, eventsSize: knowsProtocol ? terms.eventsSize : nil),
            replyAt: settings.run.replyAt, keepsInputOpen: container.runnerProtocol?.keepsInputOpen(terms) ?? false,
            writeTimeout: .seconds(settings.docker.writeTimeout), idleTime: terms.idleTime,
            relay: RunEventRelay(attempts.observe), timings: attempts.timings, time: attempts.time)
        let outcome = attempts.control.waking(connection) { conversation.outcome(attempts.control) }
        attempts.time = conversation.time
        if conversation.imageCheck?.verdict == .unanswered { pool?.imageCheckFailed(attempts.kind) }
        guard let result = result(of: outcome, conversation, container, &attempts) else {
            reaper.take(container)
            return false
        }
        report(result, of: container, conversation.timings, conversation.collector.struckLimit, attempts)
        if case .success = result {
            conversation.awaitCall()
            reaper.take(container, isEnding: true)
        } else {
            reaper.take(container)
        }
        return true
    }

    /// - Parameter struckLimit: what a result says that the run ran into.
    private func report(
        _ result: Result<ArraySlice<UInt8>, RunError>, of container: AttachedContainer, _ timings: RunTimings,
        _ struckLimit: StruckLimit?, _ attempts: Attempts
    ) {
        var report = RunReport(result: result, timings: timings, image: attempts.request.image)
        report.container = container.name
        switch result {
        case .success: report.struckLimit = struckLimit
        case .failure(let error): report.struckLimit = StruckLimit(error)
        }
        attempts.observe(.ended(report))
    }

    /// - Returns: nil if another container has to have the payload; the pool has been told why.
    private func result(
        of outcome: Conversation.Outcome, _ conversation: Conversation, _ container: AttachedContainer,
        _ attempts: inout Attempts
    ) -> Result<ArraySlice<UInt8>, RunError>? {
        let kind = attempts.kind
        switch outcome {
        case .result(let object): return .success(object)
        case .failed(.start(let error)): return .failure(launcher.startError(error, kind))
        case .failed(let error): return .failure(error)
        case .otherImage(let imageID):
            pool?.setCurrentImage(kind.image, imageID)
            return nil
        case .silent(let error):
            do throws(RunError) {
                let exitCode = try exitCode(ofSilent: container, attempts)
                guard conversation.timings.isWarm && conversation.diedUnused else {
                    guard case .stdout = error, conversation.collector.isEmpty, let exitCode else { throw error }
                    // All is well, and nothing came: a daemon that is held up throws away what it has not yet copied.
                    guard exitCode == 0, attempts.mayRepeat else { throw .noOutput(exitCode: exitCode) }
                    attempts.mayRepeat = false
                    return nil
                }
                pool?.diedUnused()
                return nil
            } catch .memory where attempts.hasLessMemoryThanBefore && conversation.diedUnused {
                // Where cgroups are v2, a container that holds more than it is given is killed for it.
                pool?.diedUnused()
                return nil
            } catch {
                return .failure(error)
            }
        }
    }

    /// A runner that dies without a word may have been killed for the memory that its program took, which only the daemon
    /// knows. It learns of a container's end a moment after the stream's, and perhaps later that memory was the reason.
    ///
    /// - Returns: nil if the daemon does not say.
    /// - Throws: a better reason than that nothing was said.
    private func exitCode(ofSilent container: AttachedContainer, _ attempts: Attempts) throws(RunError) -> Int? {
        var exitCode: Int?
        for _ in 0..<Self.looks {
            let state: ContainerInspection.State?
            do throws(DockerError) {
                state = try docker.inspect(container.name).state()
            } catch {
                // A daemon that was killed takes the streams with it, and leaves nobody to ask.
                guard (try? docker.ping()) == nil else { return nil }
                throw .stream("it ended, and the Docker daemon with it: \(error)")
            }
            guard let state else { return nil }
            if state.oomKilled == true { throw .memory(attempts.request.limits.memory ?? settings.container.memory) }
            if state.running != true {
                exitCode = state.exitCode
                guard exitCode == Self.killed else { return exitCode }
            }
            usleep(Self.look)
        }
        guard let exitCode else { throw .stream("it ended while the container was running") }
        return exitCode
    }

    /// Of a container that SIGKILL has ended, the Engine's exit code.
    private static let killed = 137
    private static let looks = 20
    private static let look: UInt32 = 25_000
}
