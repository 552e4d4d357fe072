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
        launcher = ContainerLauncher(docker: docker, reaper: reaper)
        pool = ContainerPool(
            configuration, docker: docker, identity: identity, reaper: reaper, logger: logger
        ) { warm in
            ContainerSpecification(image: warm.image, runner: warm.runner, configuration, identity)
        }
    }

    /// - Parameters:
    ///   - id: names the container if it is made now; unique among all runs, made of letters, digits, `-` and `_`.
    ///   - reply: called once, as soon as there is something to report. What is left to do for the container comes after.
    public func run(_ request: RunRequest, id: String, cancellation: Cancellation, reply: (RunReport) -> Void) {
        let specification = ContainerSpecification(
            image: request.image, runner: request.runner, configuration, identity)
        let (run, waiting) = pool.begin(specification)
        var outcome = PoolState.Outcome.cold
        defer { pool.end(run, specification, outcome) }
        var timings = RunTimings()
        if let waiting {
            timings.isWarm = true
            if converse(waiting, specification, request.payload, cancellation, timings, reply) {
                outcome = .warm
                return
            }
            timings.isWarm = false
        }
        do throws(RunError) {
            let began = ContinuousClock.now
            let container = try launcher.launch("docker-run-\(id)", specification, cancellation)
            timings.create = ContinuousClock.now - began
            _ = converse(container, specification, request.payload, cancellation, timings, reply)
        } catch {
            if case .create(.refused(400..<500, _)) = error { outcome = .unrunnable }
            reply(RunReport(result: .failure(error), timings: timings, container: nil))
        }
    }

    /// Starts the container if that has not been done, talks to it, replies, and hands it to the reaper.
    ///
    /// - Returns: false if a container that had waited turned out dead, or of another image: then there was no reply, and
    ///   another one has to have the payload.
    private func converse(
        _ container: AttachedContainer, _ specification: ContainerSpecification, _ payload: ArraySlice<UInt8>,
        _ cancellation: Cancellation, _ timings: RunTimings, _ reply: (RunReport) -> Void
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
        var conversation = Conversation(
            container, connection, image: specification.image, payload, configuration.run, docker.settings, timings)
        let result = Result { () throws(RunError) in
            try cancellation.waking(connection) { () throws(RunError) in try conversation.result(cancellation) }
        }
        if timings.isWarm && isUnfit(conversation, specification) {
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

    /// Whether somebody else has to have the payload that a warm container got, and tells the pool why.
    private func isUnfit(_ conversation: Conversation, _ specification: ContainerSpecification) -> Bool {
        switch conversation.imageCheck {
        case .failed:
            pool.takenIsUncertain(specification)
            return true
        case .otherImage(let imageID):
            pool.certify(specification.image, imageID)
            return true
        case .passed, .pending:
            if conversation.wasUnheard { pool.takenHasDied() }
            return conversation.wasUnheard
        }
    }
}
