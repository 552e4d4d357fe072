/// What every container is created with. The names follow the Docker Engine API, section "Create a container".
public struct ContainerSettings: Sendable, Equatable {
    public var hostname = "glot"
    public var user = "glot"
    /// Bytes. Swap is set to the same value, so that none is added to it.
    public var memory = 0
    public var networkDisabled = true
    public var openFiles = ResourceLimit()
    public var processes = ResourceLimit()
    public var capAdd: [String] = []
    public var capDrop: [String] = []
    public var readonlyRootfs = false
    public var temporaryDirectory = TemporaryFileSystem(options: "rw,noexec,nosuid,size=65536k")
    public var workDirectory = TemporaryFileSystem(options: "rw,exec,nosuid,size=131072k")
    /// The name of an OCI runtime known to the daemon; nil leaves the daemon's default.
    public var runtime: String?
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
        public var soft = 0
        public var hard = 0

        public init() {}
    }

    /// A tmpfs that is mounted where `path` says, if it says so.
    public struct TemporaryFileSystem: Sendable, Equatable {
        public var path: String?
        public var options: String
    }
}
