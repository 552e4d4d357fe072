internal import Glibc

/// The time as heads say it: the IMF-fixdate of RFC 9110, section 5.6.7. It is put together once a second.
struct HTTPDate {
    private var second = -1
    private var text: [UInt8] = []

    mutating func now() -> [UInt8] {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &now)
        if now.tv_sec != second {
            second = now.tv_sec
            text = Self.text(of: second)
        }
        return text
    }

    static func text(of second: Int) -> [UInt8] {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        // The names are English: nobody calls setlocale(3).
        let count = strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return buffer[..<count].map(UInt8.init(bitPattern:))
    }
}
