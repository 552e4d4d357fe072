/// Runs payloads, each in a container of its own that is never used again: create, attach, start, payload, result; then
/// the reaper removes it.
///
/// A run blocks the thread that it is called on. Any number of threads may run at once.
public final class Runner: Sendable {
    private let docker: DockerClient
    private let containerSettings: ContainerSettings
    private let limits: RunSettings
    private let labels: [String: String]
    private let reaper: Reaper

    public init(_ configuration: Configuration, docker: DockerClient, identity: ServerIdentity, reaper: Reaper) {
        self.docker = docker
        self.reaper = reaper
        containerSettings = configuration.container
        limits = configuration.run
        labels = identity.labels(kept: configuration.container.keep)
    }

    /// - Parameters:
    ///   - id: names the container; unique among all runs, made of letters, digits, `-` and `_`.
    ///   - reply: called once, as soon as there is something to report. What is left to do for the container comes after.
    public func run(_ request: RunRequest, id: String, cancellation: Cancellation, reply: (RunReport) -> Void) {
        let name = "docker-run-\(id)"
        let began = ContinuousClock.now
        var timings = RunTimings()
        do throws(RunError) {
            let stream = try prepare(name, request, cancellation)
            timings.create = ContinuousClock.now - began
            try converse(name, stream, request.payload, cancellation, timings, reply)
        } catch {
            reply(RunReport(result: .failure(error), timings: timings))
        }
    }

    /// Creates the container and attaches to it. On failure, nothing of it is left to the caller.
    private func prepare(
        _ name: String, _ request: RunRequest, _ cancellation: Cancellation
    ) throws(RunError) -> AttachStream {
        let builtin = request.runner == .builtin ? limits.builtinRunnerPath.map(BuiltinRunner.init) : nil
        let specification = ContainerSpecification(
            image: request.image, containerSettings, labels: labels, limits: limits, builtin: builtin)
        reaper.ledger.add(name)
        guard !cancellation.isCancelled else {
            reaper.ledger.remove(name)
            throw .cancelled
        }
        do {
            try docker.create(name, specification)
        } catch {
            if error.saysNothingHappened {
                reaper.ledger.remove(name)
            } else {
                reaper.take(name)
            }
            throw .docker(error, in: RunError.create)
        }
        guard !cancellation.isCancelled else {
            reaper.take(name)
            throw .cancelled
        }
        do throws(DockerError) {
            return try docker.attach(name)
        } catch {
            reaper.take(name)
            throw .docker(error, in: RunError.attach)
        }
    }

    /// - Throws: if it could not begin; from then on, the report tells of failures.
    private func converse(
        _ name: String, _ stream: AttachStream, _ payload: ArraySlice<UInt8>, _ cancellation: Cancellation,
        _ timings: RunTimings, _ reply: (RunReport) -> Void
    ) throws(RunError) {
        let connection: DockerConnection
        do throws(DockerError) {
            connection = try docker.takeConnection()
        } catch {
            reaper.take(name, stream)
            throw .docker(error, in: RunError.start)
        }
        defer { docker.giveBack(connection) }
        var conversation = Conversation(name, stream, connection, payload, limits, docker.settings, timings)
        do throws(RunError) {
            let result = try cancellation.waking(connection) { () throws(RunError) in
                try conversation.result(cancellation)
            }
            reply(RunReport(result: .success(result), timings: conversation.timings))
            conversation.awaitStart()
            reaper.take(name, stream, isEnding: true)
        } catch {
            reply(RunReport(result: .failure(error), timings: conversation.timings))
            reaper.take(name, stream)
        }
    }
}
