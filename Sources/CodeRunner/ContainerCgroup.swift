/// What the kernel says of the cgroup that this process is in. Inside a container that is the root of what is mounted at
/// /sys/fs/cgroup.
struct ContainerCgroup {
    private let memory: String
    private let memoryEvents: String
    private let memoryLimit: String
    private let memoryPeakFile: String
    private let memoryUsage: String
    private let inactiveFiles: StaticString
    private let pids: String
    private let cpuLimit: String

    private static let version2 = ContainerCgroup(
        memory: "/sys/fs/cgroup", memoryEvents: "memory.events", memoryLimit: "memory.max",
        memoryPeakFile: "memory.peak", memoryUsage: "memory.current", inactiveFiles: "inactive_file",
        pids: "/sys/fs/cgroup", cpuLimit: "/sys/fs/cgroup/cpu.max")
    private static let version1 = ContainerCgroup(
        memory: "/sys/fs/cgroup/memory", memoryEvents: "memory.oom_control", memoryLimit: "memory.limit_in_bytes",
        memoryPeakFile: "memory.max_usage_in_bytes", memoryUsage: "memory.usage_in_bytes",
        inactiveFiles: "total_inactive_file", pids: "/sys/fs/cgroup/pids",
        cpuLimit: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")

    /// Nil where the runtime does not show it.
    static let current = [version2, version1].first { $0.outOfMemoryKills != nil }

    /// Processes that were killed because memory ran out.
    var outOfMemoryKills: Int? {
        KernelFile.read("\(memory)/\(memoryEvents)").flatMap { Self.count("oom_kill", in: $0) }
    }

    /// Processes and threads that were not started because there were too many.
    var refusedProcesses: Int? { KernelFile.read("\(pids)/pids.events").flatMap { Self.count("max", in: $0) } }

    /// Processes and threads that there are, and that there may be; nil if there is no limit.
    var processCount: Int? { KernelFile.read("\(pids)/pids.current").flatMap(Self.bytes) }
    var processLimit: Int? { KernelFile.read("\(pids)/pids.max").flatMap(Self.bytes) }

    /// Bytes that all processes and the files in memory took at most, together. Linux before 5.19 does not tell it in version
    /// 2.
    var memoryPeak: Int? { KernelFile.read("\(memory)/\(memoryPeakFile)").flatMap(Self.bytes) }

    /// Bytes that are taken now, but for caches of files that the kernel gives up when somebody needs the memory.
    var memoryInUse: Int? {
        guard let all = KernelFile.read("\(memory)/\(memoryUsage)").flatMap(Self.bytes) else { return nil }
        return all - (KernelFile.read("\(memory)/memory.stat").flatMap { Self.count(inactiveFiles, in: $0) } ?? 0)
    }

    /// Bytes; nil if there is no limit.
    var limit: Int? { KernelFile.read("\(memory)/\(memoryLimit)").flatMap(Self.bytes) }

    /// Of memory, processes and CPU time, as the kernel writes them.
    var limits: [[UInt8]?] {
        ["\(memory)/\(memoryLimit)", "\(pids)/pids.max", cpuLimit].map(KernelFile.read)
    }

    /// From lines of a name and a number: memory.events and pids.events, and in version 1 memory.oom_control.
    static func count(_ name: StaticString, in text: [UInt8]) -> Int? {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count == 2, words[0].elementsEqual("\(name)".utf8) else { continue }
            return Int(String(decoding: words[1], as: UTF8.self))
        }
        return nil
    }

    /// A number of bytes; nil for "max" (version 2) and for 2^63 less a page (version 1), which are no limits.
    static func bytes(_ text: [UInt8]) -> Int? {
        let digits = text.prefix { $0 != UInt8(ascii: "\n") }
        return Int(String(decoding: digits, as: UTF8.self)).flatMap { $0 < 1 << 62 ? $0 : nil }
    }
}
