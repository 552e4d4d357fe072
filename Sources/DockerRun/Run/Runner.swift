internal import Glibc
public import Logging

/// Runs payloads, each in a container of its own that is never used again: one that waits in the pool, or else create,
/// attach and start; then payload and result; then the reaper removes it.
///
/// A run blocks the thread that it is called on. Any number of threads may run at once.
public final class Runner: Sendable {
    public let pool: ContainerPool
    private let docker: DockerClient
    private let configuration: Configuration
    private let identity: ServerIdentity
    private let reaper: Reaper
    private let launcher: ContainerLauncher

    public init(
        _ configuration: Configuration, docker: DockerClient, identity: ServerIdentity, reaper: Reaper, logger: Logger
    ) {
        self.docker = docker
        self.configuration = configuration
        self.identity = identity
        self.reaper = reaper
        launcher = ContainerLauncher(configuration, docker: docker, reaper: reaper, logger: logger)
        pool = ContainerPool(
            configuration, docker: docker, launcher: launcher, reaper: reaper, identity: identity, logger: logger)
    }

    /// Asks the Engine whether it can keep the limits that the configuration sets. If it cannot be asked now, it is asked
    /// again before the first container is made.
    ///
    /// - Throws: ``DockerError/unsuitable(_:)`` if it cannot; the text names each limit, and what to do.
    public func checkEngine() throws(DockerError) {
        try launcher.check.run()
    }

    /// - Parameters:
    ///   - id: names the container if it is made now; unique among all runs, made of letters, digits, `-` and `_`.
    ///   - reply: called once, as soon as there is something to report. What is left to do for the container comes after.
    public func run(_ request: RunRequest, id: String, cancellation: Cancellation, reply: (RunReport) -> Void) {
        let key = PoolKey(image: request.image, runner: request.runner)
        let (run, waiting) = pool.begin(key)
        var outcome = PoolState.Outcome.failed
        defer { pool.end(run, key, outcome) }
        var timings = RunTimings()
        var time = RunTime(configuration.run)
        if let waiting {
            let began = ContinuousClock.now
            timings.isWarm = true
            if converse(waiting, key, request.payload, cancellation, timings, &time, reply) {
                outcome = .warm
                return
            }
            timings.isWarm = false
            timings.retry = ContinuousClock.now - began
        }
        do throws(RunError) {
            let began = ContinuousClock.now
            let specification = ContainerSpecification(key, configuration, identity)
            let container = try launcher.launch("docker-run-\(id)", specification, cancellation)
            timings.create = ContinuousClock.now - began
            outcome = .cold
            _ = converse(container, key, request.payload, cancellation, timings, &time, reply)
        } catch {
            if case .create(let reason) = error, reason.blamesTheImage { outcome = .unrunnable }
            reply(RunReport(result: .failure(error), timings: timings, container: nil))
        }
    }

    /// Starts the container if that has not been done, talks to it, replies, and hands it to the reaper.
    ///
    /// - Returns: false if a container that had waited turned out dead, or of another image: then there was no reply, and
    ///   another one has to have the payload.
    private func converse(
        _ container: AttachedContainer, _ key: PoolKey, _ payload: ArraySlice<UInt8>, _ cancellation: Cancellation,
        _ timings: RunTimings, _ time: inout RunTime, _ reply: (RunReport) -> Void
    ) -> Bool {
        let connection: DockerConnection
        do throws(DockerError) {
            connection = try docker.takeConnection()
        } catch {
            let failure = RunError.docker(error, in: RunError.start)
            reply(RunReport(result: .failure(failure), timings: timings, container: container.name))
            reaper.take(container)
            return true
        }
        defer { docker.giveBack(connection) }
        let freshness = launcher.check.isSlowAtImages ? pool.freshness : nil
        let imageCheck = timings.isWarm ? ImageCheck(key.image, imageID: container.imageID, freshness) : nil
        var conversation = Conversation(
            container, connection, imageCheck, payload, configuration.run, docker.settings, timings, time)
        let outcome = cancellation.waking(connection) { conversation.outcome(cancellation) }
        time = conversation.time
        if conversation.imageCheck?.verdict == .unanswered { pool.takenIsUncertain(key) }
        guard let result = result(of: outcome, conversation, container, key) else {
            reaper.take(container)
            return false
        }
        reply(RunReport(result: result, timings: conversation.timings, container: container.name))
        if case .success = result {
            conversation.awaitCall()
            reaper.take(container, isEnding: true)
        } else {
            reaper.take(container)
        }
        return true
    }

    /// - Returns: nil if somebody else has to have the payload that a warm container got; the pool has been told why.
    private func result(
        of outcome: Conversation.Outcome, _ conversation: Conversation, _ container: AttachedContainer, _ key: PoolKey
    ) -> Result<ArraySlice<UInt8>, RunError>? {
        switch outcome {
        case .result(let object): return .success(object)
        case .failed(.start(let error)): return .failure(.start(explained(error, key)))
        case .failed(let error): return .failure(error)
        case .otherImage(let imageID):
            pool.certify(key.image, imageID)
            return nil
        case .silent(let error):
            if let reason = reasonForSilence(of: container) { return .failure(reason) }
            guard conversation.timings.isWarm && conversation.wasUnheard else { return .failure(error) }
            pool.takenHasDied()
            return nil
        }
    }

    /// A runner that dies without a word may have been killed for the memory that its program took, which only the daemon
    /// knows. It learns of the end of a container a moment after the stream has ended.
    private func reasonForSilence(of container: AttachedContainer) -> RunError? {
        for _ in 0..<Self.looks {
            let state: ContainerInspection.State?
            do throws(DockerError) {
                state = try docker.inspect(container.name).state()
            } catch {
                // A daemon that was killed takes the streams with it, and leaves nobody to ask.
                return (try? docker.ping()) == nil ? .stream("it ended, and the Docker daemon with it: \(error)") : nil
            }
            guard let state else { return nil }
            if state.oomKilled == true { return .memory(configuration.container.memory) }
            guard state.running == true else { return nil }
            usleep(Self.look)
        }
        return .stream("it ended while the container was running")
    }

    private static let looks = 20
    private static let look: UInt32 = 25_000

    private func explained(_ error: DockerError, _ key: PoolKey) -> DockerError {
        guard key.runner == .builtin, case .refused(let status, let message) = error,
            message.utf8.contains(BuiltinRunner.target.utf8)
        else { return error }
        return .refused(
            status: status,
            message: "\(message): RUN_BUILTIN_RUNNER_PATH must name a file that DOCKER_CONTAINER_USER may execute")
    }
}
