internal import Glibc

/// Tells the service manager how the server is doing: datagrams to the socket that NOTIFY_SOCKET names, as sd_notify(3)
/// describes them. Without a service manager it does nothing.
struct ServiceNotifier: Sendable {
    enum State {
        /// Clients can connect.
        case ready
        case alive
        /// The server ends.
        case stopping
        /// It is still about it.
        case stillStopping
    }

    static let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

    /// Seconds between two signs of life: half of what the service manager waits for one, as sd_watchdog_enabled(3)
    /// advises. Nil if it waits for none.
    let aliveInterval: Double?
    private let address: sockaddr_un?
    private let addressLength: socklen_t

    /// - Parameter variables: those of the process with this id.
    init(_ variables: [String: String], process: pid_t = getpid()) {
        let name = Array((variables["NOTIFY_SOCKET"] ?? "").utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: name.prefix(path.count))
            // unix(7): a name that begins with a zero is in no file system.
            if name.first == UInt8(ascii: "@") { path[0] = 0 }
            return path.count
        }
        let isUsable = [UInt8(ascii: "/"), UInt8(ascii: "@")].contains(name.first) && name.count < capacity
        self.address = isUsable ? address : nil
        addressLength = socklen_t(MemoryLayout<sockaddr_un>.size - capacity + name.count)

        let isWatched = isUsable && variables["WATCHDOG_PID"].map { $0 == String(process) } ?? true
        let microseconds = variables["WATCHDOG_USEC"].flatMap(UInt64.init) ?? 0
        aliveInterval = isWatched && microseconds > 0 ? Double(microseconds) / 2e6 : nil
    }

    func send(_ state: State) {
        switch state {
        // Lost, this one would be missed for ever. The others must not hold up the event loop.
        case .ready: send("READY=1", flags: 0)
        case .alive: send("WATCHDOG=1", flags: Int32(MSG_DONTWAIT))
        case .stopping: send("STOPPING=1\n\(Self.extension)", flags: Int32(MSG_DONTWAIT))
        case .stillStopping: send(Self.extension, flags: Int32(MSG_DONTWAIT))
        }
    }

    /// Seconds between two messages that a stop is still going on.
    static let stoppingInterval = 5.0
    /// How long it takes is a matter of the configuration, which TimeoutStopSec= knows nothing of. It is asked for a little
    /// at a time, so that a server which hangs while it stops is killed after 30 s, however long it might have taken.
    private static let `extension` = "EXTEND_TIMEOUT_USEC=30000000"

    private func send(_ text: String, flags: Int32) {
        guard var address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        // Nobody can be told that the service manager does not listen; it will notice what it misses.
        _ = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                sendto(descriptor, bytes, bytes.count, flags | Int32(MSG_NOSIGNAL), address, addressLength)
            }
        }
    }
}
