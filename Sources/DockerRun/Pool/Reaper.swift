internal import Dispatch
public import Logging
internal import Synchronization

/// Removes containers, off the path of any request, and tries again until the daemon says that they are gone.
///
/// Works on serial queues of its own, as many as there are workers: removing takes less time than running, so it keeps
/// up with them.
public final class Reaper: Sendable {
    public let ledger = ContainerLedger()
    private let docker: DockerClient
    private let keepsContainers: Bool
    private let logger: Logger
    private let queues: [DispatchQueue]
    private let next = Atomic(0)
    private let waiting = Atomic(0)

    /// How long a container whose result is there may take to end by itself. Usually it needs 25 ms; to remove it while
    /// it still runs costs the daemon more than to wait.
    private static let patience = Duration.milliseconds(250)
    private static let firstRetry = 0.1
    private static let lastRetry = 10.0

    public init(_ configuration: Configuration, docker: DockerClient, logger: Logger) {
        self.docker = docker
        self.logger = logger
        keepsContainers = configuration.container.keep
        queues = (0..<configuration.server.workerThreads).map { DispatchQueue(label: "reaper \($0)") }
    }

    /// How many containers are to be removed and have not been.
    public var backlog: Int { waiting.load(ordering: .relaxed) }

    /// Takes over a container that is in the ledger.
    ///
    /// - Parameter isEnding: the container has done its work and may be given a moment to end.
    func take(_ container: AttachedContainer, isEnding: Bool = false) {
        take(container.name, container.stream, isEnding: isEnding)
    }

    /// Takes over a container that is in the ledger, whether it exists or not.
    func take(_ name: String) {
        take(name, nil, isEnding: false)
    }

    private func take(_ name: String, _ stream: DockerStream?, isEnding: Bool) {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue % queues.count
        let waiting = waiting.wrappingAdd(1, ordering: .relaxed).newValue
        // When containers come faster than they end, waiting for each would only let more of them pile up.
        let waits = isEnding && waiting <= 2 * queues.count
        queues[index].async { [self] in
            if waits { stream?.awaitEnd(within: Self.patience) }
            // The daemon does not let go of a container while somebody is attached and does not read.
            stream?.close()
            remove(name, on: queues[index], retry: Self.firstRetry)
        }
    }

    private func remove(_ name: String, on queue: DispatchQueue, retry: Double) {
        do throws(DockerError) {
            if keepsContainers {
                try docker.kill(name)
                logger.notice("container kept", metadata: ["container": "\(name)"])
            } else {
                try docker.remove(name)
            }
            waiting.wrappingSubtract(1, ordering: .relaxed)
            ledger.remove(name)
        } catch {
            logger.warning(
                "container not removed, trying again",
                metadata: ["container": "\(name)", "reason": "\(error)", "retry_in_s": "\(retry)"])
            queue.asyncAfter(deadline: .now() + retry) { [self] in
                remove(name, on: queue, retry: min(retry * 2, Self.lastRetry))
            }
        }
    }
}
