/// The body of a create call (Docker Engine API, "Create a container").
struct ContainerSpecification: Encodable, Equatable {
    let hostname: String
    let user: String
    let attachStdin = true
    let attachStdout = true
    let attachStderr = true
    let tty = false
    let openStdin = true
    let stdinOnce = true
    let image: String
    /// Nil leaves the image's own.
    let entrypoint: [String]?
    let cmd: [String]?
    /// Added to the image's own variables.
    let env: [String]
    let networkDisabled: Bool
    /// Process 1 of a container ignores SIGTERM, so that an engine which stops would wait ten seconds for each.
    let stopSignal = "SIGKILL"
    /// An image's own check would run in containers that wait.
    let healthcheck = Healthcheck()
    let labels: [String: String]
    let hostConfig: HostConfig

    struct HostConfig: Encodable, Equatable {
        let memory: Int
        let memorySwap: Int
        let privileged = false
        /// "none", or nil for the engine's default. Podman knows no NetworkDisabled; with that alone the container would
        /// have a network. Docker, for which that is enough, sets up nothing more because of this.
        let networkMode: String?
        let capAdd: [String]
        let capDrop: [String]
        let ulimits: [Ulimit]
        let readonlyRootfs: Bool
        let tmpfs: [String: String]
        let mounts: [Mount]?
        let securityOpt: [String]
        let logConfig = LogConfig()
        let pidsLimit: Int
        let nanoCpus: Int?
        let runtime: String?
    }

    struct Healthcheck: Encodable, Equatable {
        let test = ["NONE"]
    }

    struct Mount: Encodable, Equatable {
        let type = "bind"
        let source: String
        let target: String
        let readOnly = true
    }

    struct Ulimit: Encodable, Equatable {
        let name: String
        let soft: Int
        let hard: Int
    }

    /// The output goes to the attached client only; the daemon keeps none of it.
    struct LogConfig: Encodable, Equatable {
        let type = "none"
    }

    init(
        image: String, _ settings: ContainerSettings, labels: [String: String], limits: RunSettings = RunSettings(),
        builtin: BuiltinRunner? = nil
    ) {
        hostname = settings.hostname
        user = settings.user
        self.image = image
        networkDisabled = settings.networkDisabled
        self.labels = labels
        var settings = settings
        env = CodeRunnerLimits(limits).environment + (builtin?.prepare(&settings) ?? [])
        entrypoint = builtin.map { _ in [BuiltinRunner.target] }
        cmd = builtin.map { _ in ["--path", BuiltinRunner.directory(settings)] }
        let tmpfs = [settings.temporaryDirectory, settings.workDirectory]
        hostConfig = HostConfig(
            memory: settings.memory,
            memorySwap: settings.memory,
            networkMode: settings.networkDisabled ? "none" : nil,
            capAdd: settings.capAdd,
            capDrop: settings.capDrop,
            ulimits: [
                Ulimit(name: "nofile", soft: settings.openFiles.soft, hard: settings.openFiles.hard),
                Ulimit(name: "nproc", soft: settings.processes.soft, hard: settings.processes.hard),
                // What a crash leaves would take memory in the work directory, or through the host's core_pattern its disk.
                Ulimit(name: "core", soft: 0, hard: 0),
            ],
            readonlyRootfs: settings.readonlyRootfs,
            tmpfs: Dictionary(
                tmpfs.compactMap { mount in mount.path.map { ($0, mount.options) } }, uniquingKeysWith: { $1 }),
            mounts: builtin.map { [Mount(source: $0.path, target: BuiltinRunner.target)] },
            securityOpt: settings.noNewPrivileges ? ["no-new-privileges"] : [],
            pidsLimit: settings.pidsLimit,
            nanoCpus: settings.nanoCPUs,
            runtime: settings.runtime
        )
    }

    /// What a run of this kind gets.
    init(_ key: PoolKey, _ configuration: Configuration, _ identity: ServerIdentity) {
        var settings = configuration.container
        let runtime = configuration.run.runtimes.first { $0.pattern.allows(key.image) }?.runtime
        settings.runtime = runtime ?? settings.runtime
        let builtin = key.runner == .builtin ? configuration.run.builtinRunnerPath.map(BuiltinRunner.init) : nil
        self.init(
            image: key.image, settings, labels: identity.labels(kept: settings.keep), limits: configuration.run,
            builtin: builtin)
    }

    /// The daemon's refusal, with the variable behind what is not the client's choice.
    func explained(_ error: DockerError) -> DockerError {
        guard let mount = hostConfig.mounts?.first, case .refused(_, let message) = error,
            message.utf8.contains("bind source path does not exist".utf8)
        else { return error }
        return .refused(
            status: 500, message: "\(message): RUN_BUILTIN_RUNNER_PATH is \(mount.source), on the Engine's host")
    }

    // The API's names are Go's, with a capital first letter.

    enum CodingKeys: String, CodingKey {
        case hostname = "Hostname"
        case user = "User"
        case attachStdin = "AttachStdin"
        case attachStdout = "AttachStdout"
        case attachStderr = "AttachStderr"
        case tty = "Tty"
        case openStdin = "OpenStdin"
        case stdinOnce = "StdinOnce"
        case image = "Image"
        case entrypoint = "Entrypoint"
        case cmd = "Cmd"
        case env = "Env"
        case networkDisabled = "NetworkDisabled"
        case stopSignal = "StopSignal"
        case healthcheck = "Healthcheck"
        case labels = "Labels"
        case hostConfig = "HostConfig"
    }
}

extension ContainerSpecification.HostConfig {
    enum CodingKeys: String, CodingKey {
        case memory = "Memory"
        case memorySwap = "MemorySwap"
        case privileged = "Privileged"
        case networkMode = "NetworkMode"
        case capAdd = "CapAdd"
        case capDrop = "CapDrop"
        case ulimits = "Ulimits"
        case readonlyRootfs = "ReadonlyRootfs"
        case tmpfs = "Tmpfs"
        case mounts = "Mounts"
        case securityOpt = "SecurityOpt"
        case logConfig = "LogConfig"
        case pidsLimit = "PidsLimit"
        case nanoCpus = "NanoCpus"
        case runtime = "Runtime"
    }
}

extension ContainerSpecification.Healthcheck {
    enum CodingKeys: String, CodingKey {
        case test = "Test"
    }
}

extension ContainerSpecification.Mount {
    enum CodingKeys: String, CodingKey {
        case type = "Type"
        case source = "Source"
        case target = "Target"
        case readOnly = "ReadOnly"
    }
}

extension ContainerSpecification.Ulimit {
    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case soft = "Soft"
        case hard = "Hard"
    }
}

extension ContainerSpecification.LogConfig {
    enum CodingKeys: String, CodingKey {
        case type = "Type"
    }
}
