internal import Bytes
internal import DockerRun
internal import FoundationEssentials
internal import Glibc

/// What this process takes of the machine. Reads clock_gettime(2), getrlimit(2) and proc(5).
struct ProcessUsage {
    /// Seconds, in user and kernel mode.
    let cpu: Double
    let residentBytes: Int
    let openDescriptors: Int
    let maximumDescriptors: Int

    /// Nil where there is no /proc to look into.
    init?() {
        var time = timespec()
        var limit = rlimit()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0,
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = statm.split(at: " ", omittingEmpty: true).dropFirst().first.flatMap({ Int($0) }),
            let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        else { return nil }
        cpu = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        residentBytes = pages * sysconf(Int32(_SC_PAGESIZE))
        // One of them was open to read the directory.
        openDescriptors = descriptors.count - 1
        maximumDescriptors = Int(clamping: limit.rlim_cur)
    }
}
