import Foundation
import Glibc
import TestSupport
import Testing

/// A socket that takes what services tell about themselves, in the place of systemd's (sd_notify(3)).
final class ServiceManagerSocket {
    /// As it stands in NOTIFY_SOCKET.
    let name: String
    private let descriptor: Int32
    private var address = sockaddr_un()
    private let addressLength: socklen_t

    /// - Parameter isAbstract: in no file system (unix(7)).
    init(isAbstract: Bool = false) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "notify-\(UUID().uuidString.prefix(8))").path
        name = isAbstract ? "@" + path.dropFirst() : path
        address = sockaddr_un(path: path)
        if isAbstract { address.sun_path.0 = 0 }
        addressLength = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        try #require(withAddress { bind(descriptor, $0, $1) } == 0)
    }

    deinit {
        close(descriptor)
        if name.hasPrefix("/") { unlink(name) }
    }

    /// The next message; nil if none comes for half a minute.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// Whether a further message would have to wait.
    var isFull: Bool {
        let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(sender) }
        return withAddress { sendto(sender, "x", 1, Int32(MSG_DONTWAIT), $0, $1) } < 0 && errno == EAGAIN
    }

    private func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, addressLength) }
        }
    }
}
