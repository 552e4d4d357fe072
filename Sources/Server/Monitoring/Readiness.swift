internal import DockerRun
internal import Synchronization

/// Whether the server can take runs. Any thread may ask.
final class Readiness: Sendable {
    enum State: Equatable {
        case ready
        case stopping
        case queueFull
        case daemon(DockerError)
    }

    private struct Check {
        let result: Result<Void, DockerError>
        let time: ContinuousClock.Instant
    }

    private let service: RunService
    private let isStopping = Atomic(false)
    private let lastCheck = Mutex<Check?>(nil)

    /// For so long what the daemon has answered counts, so that probes cost it no more than one call in this time.
    private static let freshness = Duration.seconds(1)
    init(_ service: RunService) {
        self.service = service
    }

    /// From now on the server is not ready, whatever else.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// The state as far as it is known. Does not block.
    ///
    /// - Returns: nil if the daemon has to be asked: see ``check()``.
    var known: State? {
        if isStopping.load(ordering: .relaxed) { return .stopping }
        if !service.hasRoom { return .queueFull }
        guard let check = lastCheck.withLock({ $0 }), ContinuousClock.now - check.time < Self.freshness else {
            return nil
        }
        if case .failure(let error) = check.result { return .daemon(error) }
        return .ready
    }

    /// Asks the daemon, unless somebody else has just done so, and blocks until it has answered, for ``RunService/pingTimeout`` at most.
    func check() -> State {
        if let known { return known }
        let result = Result { () throws(DockerError) in try service.ping() }
        lastCheck.withLock { $0 = Check(result: result, time: .now) }
        if case .failure(let error) = result { return .daemon(error) }
        return .ready
    }
}
