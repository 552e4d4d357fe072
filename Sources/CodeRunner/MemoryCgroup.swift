/// What the kernel says of the memory of the cgroup that this process is in. Inside a container that is the root of what
/// is mounted at /sys/fs/cgroup.
struct MemoryCgroup: Equatable {
    private let eventsPath: String
    private let limitPath: String

    private static let version2 = MemoryCgroup(
        eventsPath: "/sys/fs/cgroup/memory.events", limitPath: "/sys/fs/cgroup/memory.max")
    private static let version1 = MemoryCgroup(
        eventsPath: "/sys/fs/cgroup/memory/memory.oom_control",
        limitPath: "/sys/fs/cgroup/memory/memory.limit_in_bytes")

    /// Nil where the runtime does not show it.
    static let current = [version2, version1].first { $0.outOfMemoryKills != nil }

    /// Processes that were killed because memory ran out.
    var outOfMemoryKills: Int? { KernelFile.read(eventsPath).flatMap(Self.outOfMemoryKills) }

    /// Bytes; nil if there is no limit.
    var limit: Int? { KernelFile.read(limitPath).flatMap(Self.limit) }

    /// From memory.events (version 2) or memory.oom_control (version 1): lines of a name and a number.
    static func outOfMemoryKills(_ text: [UInt8]) -> Int? {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count == 2, words[0].elementsEqual("oom_kill".utf8) else { continue }
            return Int(String(decoding: words[1], as: UTF8.self))
        }
        return nil
    }

    /// From memory.max (version 2), which can be "max", or memory.limit_in_bytes (version 1), where no limit is 2^63 less
    /// a page.
    static func limit(_ text: [UInt8]) -> Int? {
        let digits = text.prefix { $0 != UInt8(ascii: "\n") }
        return Int(String(decoding: digits, as: UTF8.self)).flatMap { $0 < 1 << 62 ? $0 : nil }
    }
}
