import Glibc
import Testing

/// A listening TCP socket on a port of 127.0.0.1 that the kernel chose.
final class Listener: Sendable {
    let descriptor: Int32
    let port: Int

    /// - Parameter holding: about how many bytes the kernel takes of what is sent over each of its connections and not read;
    ///   some megabytes if nothing is said.
    init(holding: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            } && listen(descriptor, 1024) == 0
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        // Connections inherit it.
        if var holding { setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &holding, 4) }
        try #require(isListening)
    }

    deinit { close(descriptor) }
}
