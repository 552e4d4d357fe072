/// What the daemon says of the host and of itself ("Get system information"), as far as it decides what a container can be
/// kept from. Every field may be missing: other engines leave some out.
struct DockerInfo: Decodable {
    var memoryLimit: Bool?
    var pidsLimit: Bool?
    var cpuCount: Int?
    /// Bytes that its machine has.
    var memory: Int?
    private var reportedSwapLimit: Bool?
    private var reportedCPULimit: Bool?
    /// By name.
    var runtimes: [String: Runtime]?
    var defaultRuntime: String?
    /// Pairs of a name and a value.
    var driverStatus: [[String]]?
    /// Podman's own.
    var rootless: Bool?
    var buildahVersion: String?
    private var cgroupVersion: String?

    /// Nothing of it matters but that it is there.
    struct Runtime: Decodable {}

    var isPodman: Bool { buildahVersion != nil }

    var swapLimit: Bool? { looksInVainForLimits ? nil : reportedSwapLimit }
    var cpuLimit: Bool? { looksInVainForLimits ? nil : reportedCPULimit }

    /// Podman looks for these two where cgroups v1 have them, so on v2 its no means nothing. There it warns of a limit of swap
    /// that it cannot set when it creates a container, and starts none whose other limits it cannot set.
    private var looksInVainForLimits: Bool { isPodman && cgroupVersion == "2" }

    /// Images are in containerd's store, not in Docker's own.
    var storesImagesInContainerd: Bool {
        (driverStatus ?? []).contains { $0.contains("io.containerd.snapshotter.v1") }
    }

    enum CodingKeys: String, CodingKey {
        case memoryLimit = "MemoryLimit"
        case pidsLimit = "PidsLimit"
        case cpuCount = "NCPU"
        case memory = "MemTotal"
        case reportedSwapLimit = "SwapLimit"
        case reportedCPULimit = "CpuCfsQuota"
        case runtimes = "Runtimes"
        case defaultRuntime = "DefaultRuntime"
        case driverStatus = "DriverStatus"
        case rootless = "Rootless"
        case buildahVersion = "BuildahVersion"
        case cgroupVersion = "CgroupVersion"
    }
}
