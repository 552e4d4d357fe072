internal import Glibc

/// A numeric address of IPv4 or IPv6, and a port.
public struct SocketAddress: CustomStringConvertible {
    public let address: String
    public let port: Int

    public init(address: String, port: Int) {
        self.address = address
        self.port = port
    }

    /// Where a socket is bound to; nil if that is neither IPv4 nor IPv6.
    public init?(of descriptor: Int32) {
        // The larger of the two. The family and the port are at the same places in both.
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getsockname(descriptor, address, &length)
                    | getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            }
        }
        guard result == 0, [AF_INET, AF_INET6].contains(Int32(storage.sin6_family)) else { return nil }
        let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        self.init(
            address: String(decoding: bytes, as: UTF8.self), port: Int(UInt16(bigEndian: storage.sin6_port)))
    }

    public var description: String { isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }

    private var isIPv6: Bool { address.utf8.contains(UInt8(ascii: ":")) }

    /// A TCP socket that is bound here and does not block. `::` takes clients of IPv4 too, whatever net.ipv6.bindv6only is.
    ///
    /// - Throws: ``SetupError`` with what the kernel says: the address is not of this machine, the port is taken, or
    ///   there is no IPv6.
    func bind() throws(SetupError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw fault() }
        set(descriptor, SOL_SOCKET, SO_REUSEADDR, to: 1)
        if isIPv6 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: 0) }
        guard bind(descriptor) == 0 else {
            let fault = fault()
            close(descriptor)
            throw fault
        }
        return descriptor
    }

    private func bind(_ descriptor: Int32) -> Int32 {
        if isIPv6 {
            var storage = sockaddr_in6()
            storage.sin6_family = sa_family_t(AF_INET6)
            storage.sin6_port = in_port_t(port).bigEndian
            inet_pton(AF_INET6, address, &storage.sin6_addr)
            return Self.bind(descriptor, &storage)
        }
        var storage = sockaddr_in()
        storage.sin_family = sa_family_t(AF_INET)
        storage.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, address, &storage.sin_addr)
        return Self.bind(descriptor, &storage)
    }

    private static func bind<Address>(_ descriptor: Int32, _ storage: inout Address) -> Int32 {
        withUnsafePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    private func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, to value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func fault() -> SetupError {
        SetupError("cannot listen on \(self): \(String(cString: strerror(errno)))")
    }
}
