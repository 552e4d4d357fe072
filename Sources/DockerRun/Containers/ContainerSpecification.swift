/// The body of a create call (Docker Engine API, "Create a container"), under the API's names with a small first letter. What
/// is the same for all containers has its value here; ``ContainerRecipe`` fills in the rest.
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
        let type: Kind
        let source: String
        let target: String
        let readOnly = true
        let volumeOptions: VolumeOptions?

        enum Kind: String, Encodable {
            case bind, volume
        }
    }

    struct VolumeOptions: Encodable, Equatable {
        let noCopy: Bool
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
}
