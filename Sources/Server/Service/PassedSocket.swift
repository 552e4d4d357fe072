internal import Glibc
internal import HTTP

/// A listening socket that the service manager has opened and passed to this process, as sd_listen_fds(3) describes it.
///
/// It stays open there while one server ends and the next one starts: connections wait in the kernel meanwhile, and none
/// is refused.
struct PassedSocket {
    static let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
    /// SD_LISTEN_FDS_START of sd_listen_fds(3).
    private static let first: Int32 = 3

    let descriptor: Int32
    /// Numeric, of IPv4 or IPv6.
    let address: String
    let port: Int

    /// Nil if nothing was passed.
    ///
    /// - Parameters:
    ///   - variables: those of the process with this id.
    ///   - descriptor: where the passed descriptors begin.
    /// - Throws: ``Failure`` if it is not one TCP socket that listens.
    init?(
        _ variables: [String: String], process: pid_t = getpid(), descriptor: Int32 = first
    ) throws(Failure) {
        // The variables may have been meant for a process that started this one.
        guard variables["LISTEN_PID"] == String(process), let text = variables["LISTEN_FDS"], text != "0" else {
            return nil
        }
        guard text == "1" else {
            throw Failure("The service manager passed \(text) sockets (LISTEN_FDS): docker-run listens on one")
        }
        guard Self.option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
            Self.option(SO_ACCEPTCONN, of: descriptor) == 1, let bound = SocketAddress(of: descriptor)
        else {
            throw Failure("What the service manager passed (LISTEN_FDS) is no TCP socket that listens")
        }
        self.descriptor = descriptor
        address = bound.address
        port = bound.port
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Nil if it is not open, or no socket.
    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}
