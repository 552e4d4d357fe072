/// What every container is created with. The defaults are for a small program that nobody trusts. The names follow the Docker Engine API, section "Create a container".
public struct ContainerSettings: Sendable, Equatable {
    public var hostname = "docker-run"
    /// By name or number; the default is who is called nobody on most systems.
    public var user = "65534"
    /// Bytes. Swap is set to the same value, so that none is added to it.
    public var memory = 256 << 20
    public var networkDisabled = true
    public var openFiles = ResourceLimit(soft: 256, hard: 256)
    public var processes = ResourceLimit(soft: 4096, hard: 4096)
    public var capAdd: [String] = []
    public var capDrop = ["ALL"]
    public var readonlyRootfs = false
    public var temporaryDirectory = TemporaryFileSystem(options: "rw,noexec,nosuid,size=65536k")
    public var workDirectory = TemporaryFileSystem(options: "rw,exec,nosuid,size=131072k")
    /// The name of an OCI runtime known to the daemon; nil leaves the daemon's default.
    public var runtime: String?
    /// Which images get another one; the first that fits counts.
    public var imageRuntimes: [ImageRuntime] = []
    /// Where the Docker Engine finds code-runner; nil where it has none.
    public var builtinRunner: BuiltinRunnerSource?
    /// How many processes and threads a container may have at once.
    public var pidsLimit = 512
    /// Billionths of a CPU; nil sets no limit.
    public var nanoCPUs: Int?
    public var noNewPrivileges = true
    /// What containers may go without where the Engine cannot do it. Any other limit that it cannot keep is a fault.
    public var optionalLimits: Set<OptionalLimit> = []
    /// Leaves containers behind, stopped, so that somebody can look at them.
    public var keep = false

    public init() {}

    /// A soft and a hard ulimit, getrlimit(2).
    public struct ResourceLimit: Sendable, Equatable {
        public var soft: Int
        public var hard: Int

        public init(soft: Int, hard: Int) {
            self.soft = soft
            self.hard = hard
        }
    }

    /// A tmpfs that is mounted where `path` says, if it says so.
    public struct TemporaryFileSystem: Sendable, Equatable {
        public var path: String?
        public var options: String
    }

    /// Something that keeps containers apart or small, and that some Engines cannot do.
    public enum OptionalLimit: String, Sendable, CaseIterable {
        case memory, swap, pids, cpus, runtime
    }

    /// The OCI runtime of the images that fit a pattern.
    public struct ImageRuntime: Sendable, Equatable {
        public var pattern: ImagePattern
        public var runtime: String

        public init(pattern: ImagePattern, runtime: String) {
            self.pattern = pattern
            self.runtime = runtime
        }
    }
}
