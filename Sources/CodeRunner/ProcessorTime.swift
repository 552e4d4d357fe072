/// What the processors of the machine have done since it started: the first lines of /proc/stat, proc_stat(5), which say it of
/// all of the machine in a container too. Where a kernel counts nothing there, as gVisor's does, nothing is known.
struct ProcessorTime {
    /// Ticks of all processors together.
    let total: Int
    /// Of these, those in which there was nothing to do.
    let idle: Int
    let processors: Int

    /// Nil if it cannot be read.
    static var now: ProcessorTime? { KernelFile.read("/proc/stat").flatMap(ProcessorTime.init) }

    init?(_ text: [UInt8]) {
        let lines = text.split(separator: UInt8(ascii: "\n")).prefix { $0.starts(with: "cpu".utf8) }
        let ticks = lines.first?.split(separator: UInt8(ascii: " ")).dropFirst().map { field in
            Int(String(decoding: field, as: UTF8.self)) ?? 0
        }
        // user nice system idle iowait irq softirq steal; what guests had is in the first two.
        guard let ticks, ticks.count >= 8, lines.count > 1 else { return nil }
        total = ticks[..<8].reduce(0, +)
        idle = ticks[3] + ticks[4]
        processors = lines.count - 1
    }

    /// Whether at least half of one processor has had nothing to do since then, as far as that is known.
    func hasSpare(since earlier: ProcessorTime) -> Bool {
        let (ticks, idleTicks) = (total - earlier.total, idle - earlier.idle)
        return ticks <= 0 || 2 * processors * idleTicks >= ticks
    }
}
