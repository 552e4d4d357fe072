internal import Logging
internal import Synchronization

/// Whether the Engine can keep the limits that the configuration sets. One that cannot says so only in passing: it creates the
/// container all the same, without the limit. So it is asked before the first container is made.
final class EngineCheck: Sendable {
    private let docker: DockerClient
    private let settings: ContainerSettings
    private let logger: Logger
    private let hasPassed = Atomic(false)
    private let known = Mutex<DockerInfo?>(nil)

    init(_ settings: ContainerSettings, docker: DockerClient, logger: Logger) {
        self.settings = settings
        self.docker = docker
        self.logger = logger
    }

    /// Asks the Engine, unless it has been found good before. Any thread may call it.
    ///
    /// - Throws: ``DockerError/unsuitable(_:)`` if a limit cannot be kept; ``DockerError/cannotConnect(_:)`` or
    ///   ``DockerError/timedOut(_:)`` if it could not be asked.
    func run() throws(DockerError) {
        guard !hasPassed.load(ordering: .acquiring) else { return }
        do throws(DockerError) {
            let info = try docker.info()
            let faults = faults(info)
            guard faults.isEmpty else { throw DockerError.unsuitable(faults.joined(separator: "\n")) }
            known.withLock { $0 = info }
            warn(info)
        } catch .refused(_, let reason), .transport(let reason) {
            // Something between us and the Engine does not let such calls through. Its warnings still come with each container.
            logger.warning(
                "cannot find out whether the Docker Engine keeps all limits", metadata: ["reason": "\(reason)"])
        }
        hasPassed.store(true, ordering: .releasing)
    }

    /// Asks for the volume that has code-runner, if it is in one. The Engine would make a volume that it does not have,
    /// empty, and say nothing; and somebody may remove it at any time. So this is asked before each container that mounts
    /// it.
    ///
    /// - Throws: ``DockerError/unsuitable(_:)`` if there is none.
    func requireVolume() throws(DockerError) {
        guard case .volume(let name)? = settings.builtinRunner, try !docker.hasVolume(name) else { return }
        throw .unsuitable(
            "RUN_BUILTIN_RUNNER_PATH: this Docker Engine has no volume \(name). Create it, and put code-runner into it")
    }

    /// Whether it takes the Engine several milliseconds to look up an image.
    var isSlowAtImages: Bool { known.withLock(\.self)?.storesImagesInContainerd == true }

    /// How many CPUs it has; nil if it does not say, or was not asked.
    var cpuCount: Int? { known.withLock(\.self)?.cpuCount }

    /// Bytes that its machine has; nil if it does not say, or was not asked.
    var memory: Int? { known.withLock(\.self)?.memory.flatMap { $0 > 0 ? $0 : nil } }

    /// Limits of a run that the configuration may do without, but not a request.
    ///
    /// - Throws: ``RunError/limits(_:)`` if the Engine cannot keep one, as far as it was asked.
    func refuse(_ limits: RunLimits) throws(RunError) {
        guard let info = known.withLock(\.self) else { return }
        let all: [(name: String, isWanted: Bool, isKept: Bool?)] = [
            ("memory", limits.memory != nil, info.memoryLimit), ("pids", limits.pids != nil, info.pidsLimit),
            ("cpus", limits.nanoCPUs != nil, info.cpuLimit),
        ]
        for limit in all where limit.isWanted && limit.isKept == false {
            throw .limits("\"limits.\(limit.name)\" is not to be had: the Docker Engine here cannot keep such a limit")
        }
    }

    private func warn(_ info: DockerInfo) {
        guard info.isPodman, info.rootless == true else { return }
        logger.warning("rootless Podman does not set the ulimits of DOCKER_CONTAINER_ULIMIT_NOFILE and _NPROC")
    }

    /// What would not hold, each with what to do about it.
    func faults(_ info: DockerInfo) -> [String] {
        limitFaults(info) + runtimeFaults(info)
    }

    private func limitFaults(_ info: DockerInfo) -> [String] {
        let limits: [(ContainerSettings.OptionalLimit, variable: String, what: String, isKept: Bool?)] = [
            (.memory, "DOCKER_CONTAINER_MEMORY", "limit memory", info.memoryLimit),
            (.swap, "DOCKER_CONTAINER_MEMORY", "keep containers from swapping beyond it", info.swapLimit),
            (.pids, "DOCKER_CONTAINER_PIDS_LIMIT", "limit processes", info.pidsLimit),
            (.cpus, "DOCKER_CONTAINER_CPUS", "limit CPUs", settings.nanoCPUs == nil ? nil : info.cpuLimit),
        ]
        return limits.filter { $0.isKept == false && !settings.optionalLimits.contains($0.0) }.map { limit in
            """
            \(limit.variable): this Docker Engine cannot \(limit.what), because the kernel or the Engine's user lacks the cgroup \
            controller. Enable it, or add \(limit.0.rawValue) to DOCKER_CONTAINER_OPTIONAL_LIMITS to do without
            """
        }
    }

    private func runtimeFaults(_ info: DockerInfo) -> [String] {
        let wanted =
            settings.imageRuntimes.map { ("RUN_RUNTIMES", $0.runtime) }
            + (settings.runtime.map { [("DOCKER_CONTAINER_RUNTIME", $0)] } ?? [])
        guard let runtimes = info.runtimes else { return [] }
        return wanted.compactMap { variable, runtime in
            if info.isPodman {
                // It takes its own whatever a container asks for.
                guard runtime != info.defaultRuntime, !settings.optionalLimits.contains(.runtime) else { return nil }
                return """
                    \(variable): Podman does not heed the runtime \(runtime) and takes \(info.defaultRuntime ?? "its own") for \
                    all containers. Add runtime to DOCKER_CONTAINER_OPTIONAL_LIMITS to do without
                    """
            }
            guard runtimes[runtime] == nil else { return nil }
            let known = runtimes.keys.sorted().joined(separator: ", ")
            return "\(variable): this Docker Engine has no runtime \(runtime), only \(known); see its daemon.json"
        }
    }
}
