internal import Dispatch
internal import Logging
internal import Synchronization

/// Removes containers, off the path of any request, and tries again until the daemon says that they are gone.
///
/// Works on threads of its own. Whichever is free takes the next container, so that one whose removal hangs holds up no
/// other.
final class Reaper: Sendable {
    private let docker: DockerClient
    private let keepsContainers: Bool
    private let ledger: ContainerLedger
    private let logger: Logger
    private let workers: WorkerPool
    private let retries = ThreadShare.service.queue("reaper retries")
    private let waiting = Atomic(0)

    /// Removing takes less time than running, so that as many as there are workers keep up with them; and more at once than
    /// this would only wait for each other in the daemon.
    private static let maximumWorkers = 96
    /// How long a container whose result is there may take to end by itself. Usually it needs 25 ms; to remove it while
    /// it still runs costs the daemon more than to wait.
    private static let endsWithin = Duration.milliseconds(250)
    private static let firstRetry = 0.1
    private static let lastRetry = 10.0
    /// What does not exist some seconds after its creation was given up most likely never will; the sweeper looks again.
    private static let appearanceRetry = 0.5
    private static let appearanceAttempts = 10

    /// - Parameters:
    ///   - runners: how many runs there can be at once.
    ///   - keepsContainers: they are stopped and left for somebody to look at.
    init(
        _ docker: DockerClient, ledger: ContainerLedger, runners: Int, keepsContainers: Bool = false, logger: Logger
    ) {
        self.docker = docker
        self.ledger = ledger
        self.keepsContainers = keepsContainers
        self.logger = logger
        workers = WorkerPool(
            name: "reaper", .service, workers: min(runners, Self.maximumWorkers), capacity: .max)
    }

    /// How many containers are to be removed and have not been.
    var backlog: Int { waiting.load(ordering: .relaxed) }

    /// Takes over a container that is in the ledger.
    ///
    /// - Parameter isEnding: the container has done its work and may be given a moment to end.
    func take(_ container: AttachedContainer, isEnding: Bool = false) {
        take(container.name, container.stream, isEnding: isEnding)
    }

    /// Takes over a container that is in the ledger, whether it exists or not.
    ///
    /// - Parameter mayAppear: the daemon may be creating it still, so that it is not gone for good if it does not exist.
    func take(_ name: String, mayAppear: Bool = false) {
        take(name, nil, isEnding: false, mayAppear: mayAppear)
    }

    private func take(_ name: String, _ stream: DockerStream?, isEnding: Bool, mayAppear: Bool = false) {
        let waiting = waiting.wrappingAdd(1, ordering: .relaxed).newValue
        // When containers come faster than they end, waiting for each would only let more of them pile up.
        let waits = isEnding && waiting <= 2 * workers.count
        submit { [self] in
            if waits { stream?.awaitEnd(within: Self.endsWithin) }
            // The daemon does not let go of a container while somebody is attached and does not read.
            stream?.close()
            remove(name, attempt: 1, mayAppear: mayAppear)
        }
    }

    private func submit(_ removal: @escaping @Sendable () -> Void) {
        // It has room for any number, and nobody closes it.
        _ = try? workers.submit { _ in removal() }
    }

    private func remove(_ name: String, attempt: Int, mayAppear: Bool) {
        do throws(DockerError) {
            if keepsContainers {
                try docker.kill(name)
                logger.notice("container kept", metadata: ["container": "\(name)"])
            } else if try !docker.remove(name) && mayAppear && attempt < Self.appearanceAttempts {
                return again(in: Self.appearanceRetry) { [self] in remove(name, attempt: attempt + 1, mayAppear: true) }
            }
            waiting.wrappingSubtract(1, ordering: .relaxed)
            ledger.remove(name)
        } catch {
            retry(name, after: error, attempt: attempt, mayAppear: mayAppear)
        }
    }

    private func retry(_ name: String, after error: DockerError, attempt: Int, mayAppear: Bool) {
        let delay = min(Self.firstRetry * Double(1 << min(attempt - 1, 16)), Self.lastRetry)
        // A container that cannot be removed shall not fill the log: the 1st, 2nd, 4th, 8th … attempt has a line.
        if attempt & (attempt - 1) == 0 {
            logger.warning(
                "container not removed, trying again",
                metadata: [
                    "container": "\(name)", "reason": "\(error)", "attempt": "\(attempt)", "retry_in_s": "\(delay)",
                ])
        }
        again(in: delay) { [self] in remove(name, attempt: attempt + 1, mayAppear: mayAppear) }
    }

    private func again(in seconds: Double, _ removal: @escaping @Sendable () -> Void) {
        retries.asyncAfter(deadline: .now() + seconds) { [self] in submit(removal) }
    }
}
