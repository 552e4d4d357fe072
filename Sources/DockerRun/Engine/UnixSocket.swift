internal import Glibc

/// A connection to a socket in the file system, unix(7). Reading and writing never block, and it closes when it is released.
struct UnixSocket: ~Copyable {
    enum ReadResult: Equatable {
        case bytes(Int)
        case wouldBlock
        case endOfStream
    }

    let descriptor: Int32

    /// - Throws: ``DockerError/cannotConnect(_:)``
    init(connectedTo path: String) throws(DockerError) {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        descriptor = socket(AF_UNIX, Int32(type), 0)
        guard descriptor >= 0 else { throw .cannotConnect(to: path, errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isWhole = withUnsafeMutableBytes(of: &address.sun_path) { field in
            // The last byte stays zero.
            field.copyBytes(from: path.utf8.prefix(field.count - 1))
            return path.utf8.count < field.count
        }
        guard isWhole else { throw .cannotConnect(to: path, ENAMETOOLONG) }
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw .cannotConnect(to: path, errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// - Returns: how many bytes were taken; 0 when none can be taken now.
    /// - Throws: ``DockerError/transport(_:)`` if nobody reads them any more.
    func write(_ bytes: ArraySlice<UInt8>) throws(DockerError) -> Int {
        while true {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: throw .transport("nothing can be sent to the Docker daemon: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Reads what is there now, at most as much as the buffer holds.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DockerError) -> ReadResult {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count >= 0 { return count == 0 ? .endOfStream : .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: throw .transport("nothing comes from the Docker daemon: \(String(cString: strerror(errno)))")
            }
        }
    }
}
