/// What the daemon says of the host and of itself ("Get system information"), as far as it decides what a container can be
/// kept from. Every field may be missing: other engines leave some out.
struct DockerInfo: Decodable {
    var memoryLimit: Bool?
    var swapLimit: Bool?
    var pidsLimit: Bool?
    var cpuLimit: Bool?
    /// By name.
    var runtimes: [String: Runtime]?
    var defaultRuntime: String?
    /// Pairs of a name and a value.
    var driverStatus: [[String]]?
    /// Podman's own.
    var rootless: Bool?
    var buildahVersion: String?

    /// Nothing of it matters but that it is there.
    struct Runtime: Decodable {}

    var isPodman: Bool { buildahVersion != nil }

    /// Images are in containerd's store, not in Docker's own.
    var storesImagesInContainerd: Bool {
        (driverStatus ?? []).contains { $0.contains("io.containerd.snapshotter.v1") }
    }

    enum CodingKeys: String, CodingKey {
        case memoryLimit = "MemoryLimit"
        case swapLimit = "SwapLimit"
        case pidsLimit = "PidsLimit"
        case cpuLimit = "CpuCfsQuota"
        case runtimes = "Runtimes"
        case defaultRuntime = "DefaultRuntime"
        case driverStatus = "DriverStatus"
        case rootless = "Rootless"
        case buildahVersion = "BuildahVersion"
    }
}
