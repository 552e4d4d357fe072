internal import Synchronization

/// What decides of what kind a container is: all else that goes into it is the settings, which do not change.
struct ContainerKind: Hashable, Sendable {
    /// As the client wrote it, which is printable ASCII: two that are equal are the same bytes.
    let image: String
    let runner: RunRequest.CodeRunner
}

/// From what an operator has set, and the kind of container that is wanted, to what the daemon is told.
final class ContainerRecipe: Sendable {
    private let settings: ContainerSettings
    private let run: RunSettings
    private let labels: [String: String]
    private let bodies = Mutex<[ContainerKind: [UInt8]]>([:])
    /// Clients name images, so there is no end to kinds.
    private static let maximumBodies = 256

    /// - Parameters:
    ///   - run: of which code-runner is told the limits.
    ///   - labels: by which the containers are found again.
    init(_ settings: ContainerSettings, _ run: RunSettings, labels: [String: String]) {
        self.settings = settings
        self.run = run
        self.labels = labels
    }

    func builtinRunner(of kind: ContainerKind) -> BuiltinRunner? {
        kind.runner == .builtin ? settings.builtinRunner.map(BuiltinRunner.init) : nil
    }

    /// How much a container may take that is for a run with these limits.
    func resources(_ limits: RunLimits) -> ContainerResources {
        ContainerResources(settings, limits)
    }

    /// The OCI runtime that a container gets; nil is the Engine's default.
    func runtime(of kind: ContainerKind) -> String? {
        settings.imageRuntimes.first { $0.pattern.allows(kind.image) }?.runtime ?? settings.runtime
    }

    /// The body of a create call. Where a run has no limits of its own it is the same for all containers of a kind, and is
    /// encoded once.
    ///
    /// - Throws: ``DockerError/transport(_:)`` if it cannot be encoded.
    func body(of kind: ContainerKind, _ limits: RunLimits) throws(DockerError) -> [UInt8] {
        guard !limits.areOfContainer else { return try DockerCall.body(specification(of: kind, limits)) }
        if let body = bodies.withLock({ $0[kind] }) { return body }
        let body = try DockerCall.body(specification(of: kind))
        bodies.withLock { bodies in
            if bodies.count >= Self.maximumBodies { bodies = [:] }
            bodies[kind] = body
        }
        return body
    }

    func specification(of kind: ContainerKind, _ limits: RunLimits = RunLimits()) -> ContainerSpecification {
        var settings = settings
        let builtin = builtinRunner(of: kind)
        let environment = run.codeRunnerVariables + (builtin.map { _ in BuiltinRunner.prepare(&settings) } ?? [])
        return ContainerSpecification(
            hostname: settings.hostname,
            user: settings.user,
            image: kind.image,
            entrypoint: builtin.map { [$0.command] },
            cmd: builtin.map { _ in ["--path", BuiltinRunner.directory(settings)] },
            env: environment,
            networkDisabled: settings.networkDisabled,
            labels: labels,
            hostConfig: hostConfig(settings, kind, limits, builtin))
    }

    private func hostConfig(
        _ settings: ContainerSettings, _ kind: ContainerKind, _ limits: RunLimits, _ builtin: BuiltinRunner?
    ) -> ContainerSpecification.HostConfig {
        let resources = resources(limits)
        let mounts = [settings.temporaryDirectory, settings.workDirectory]
        return ContainerSpecification.HostConfig(
            memory: resources.memory,
            memorySwap: resources.memorySwap,
            networkMode: settings.networkDisabled ? "none" : nil,
            capAdd: settings.capAdd,
            capDrop: settings.capDrop,
            ulimits: [
                .init(name: "nofile", soft: settings.openFiles.soft, hard: settings.openFiles.hard),
                .init(name: "nproc", soft: settings.processes.soft, hard: settings.processes.hard),
                // What a crash leaves would take memory in the work directory, or through the host's core_pattern its disk.
                .init(name: "core", soft: 0, hard: 0),
            ],
            readonlyRootfs: settings.readonlyRootfs,
            tmpfs: Dictionary(
                mounts.compactMap { mount in mount.path.map { ($0, mount.options) } }, uniquingKeysWith: { $1 }),
            mounts: builtin.map { [$0.mount] },
            securityOpt: settings.noNewPrivileges ? ["no-new-privileges"] : [],
            pidsLimit: resources.pidsLimit,
            nanoCpus: resources.nanoCpus,
            runtime: runtime(of: kind))
    }
}
