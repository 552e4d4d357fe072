internal import Glibc

/// The time as the log writes it: RFC 3339, in UTC, with milliseconds. The part that changes once a second is kept.
struct LogClock {
    private var second = -1
    private var prefix: [UInt8] = []

    mutating func timestamp() -> [UInt8] {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if now.tv_sec != second {
            second = now.tv_sec
            prefix = Self.date(second)
        }
        let milliseconds = now.tv_nsec / 1_000_000
        let digits = [milliseconds / 100, milliseconds / 10 % 10, milliseconds % 10].map {
            UInt8(ascii: "0") + UInt8($0)
        }
        return prefix + digits + [UInt8(ascii: "Z")]
    }

    private static func date(_ second: Int) -> [UInt8] {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S.", &parts)
        return buffer[..<count].map(UInt8.init(bitPattern:))
    }
}
