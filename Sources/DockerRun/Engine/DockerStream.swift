internal import Glibc

/// A connection to the daemon that belongs to one call, whose answer goes on for as long as there is something to say: the
/// standard streams of a container ("Attach to a container"), or events ("Monitor events"). Reading and writing never
/// block once it is open.
///
/// Owns its connection, which closes when the stream is released.
///
/// `@unchecked Sendable`: it has one owner at a time, as a waiting container's does: the pool, then the worker that runs
/// something in it, then the reaper. Two who read or write at once end the process (``SoleUse``).
final class DockerStream: @unchecked Sendable {
    private let socket: UnixSocket
    private let use = SoleUse()
    private let settings: DockerSettings
    /// Bytes that were read before anybody asked for them: those that came together with the head of the daemon's answer,
    /// and what a waiting container has said.
    private var ahead: ArraySlice<UInt8> = []

    /// Makes the call and waits for the head of its answer.
    ///
    /// - Throws: ``DockerError``; ``DockerError/refused(status:message:)`` for a status that is an error.
    init(_ call: DockerCall, upgrade: Bool = false, _ settings: DockerSettings) throws(DockerError) {
        socket = try UnixSocket(connectedTo: settings.socketPath)
        self.settings = settings
        try open(call, upgrade: upgrade)
    }

    var descriptor: Int32 { socket.descriptor }

    /// - Returns: how many bytes were taken; 0 when none can be taken now.
    /// - Throws: ``DockerError/transport(_:)`` if the container's stdin is closed.
    func write(_ bytes: ArraySlice<UInt8>) throws(DockerError) -> Int {
        use.begin()
        defer { use.end() }
        return try socket.write(bytes)
    }

    /// Ends the container's stdin, which has been opened with StdinOnce, and leaves its output open: shutdown(2).
    func closeWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends the stream in both directions. The descriptor stays ours until the stream is released.
    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Reads what is there now, at most as much as the buffer holds.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DockerError) -> UnixSocket.ReadResult {
        use.begin()
        defer { use.end() }
        if !ahead.isEmpty {
            let part = ahead.prefix(buffer.count)
            buffer.copyBytes(from: part)
            ahead = ahead.dropFirst(part.count)
            return .bytes(part.count)
        }
        return try socket.read(into: buffer)
    }

    /// How many bytes have been read ahead of whoever will ask for them.
    var aheadCount: Int { ahead.count }

    /// Reads what is there now and keeps it for whoever will ask for it.
    ///
    /// - Parameter limit: bytes that may be kept, all together.
    /// - Returns: false if the stream has ended, or if there is more than may be kept.
    func readAhead(limit: Int) -> Bool {
        use.begin()
        defer { use.end() }
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            while ahead.count <= limit {
                switch try? socket.read(into: buffer) {
                case .bytes(let count): ahead.append(contentsOf: buffer[..<count])
                case .wouldBlock: return true
                case .endOfStream, nil: return false
                }
            }
            return false
        }
    }

    // MARK: Opening

    private func open(_ call: DockerCall, upgrade: Bool) throws(DockerError) {
        let request = """
            \(call.method.rawValue) \(call.path) HTTP/1.1\r
            Host: docker\r
            \(upgrade ? "Connection: Upgrade\r\nUpgrade: tcp" : "Connection: close")\r
            Content-Length: 0\r
            \r\n
            """
        var unsent = Array(request.utf8)[...]
        while true {
            unsent = unsent.dropFirst(try write(unsent))
            if unsent.isEmpty { break }
            try awaitReady(Int16(POLLOUT), seconds: settings.writeTimeout, since: .now)
        }
        let began = ContinuousClock.now
        var bytes: [UInt8] = []
        while true {
            if let head = try ResponseHead(bytes) { return try accept(head, bytes, since: began) }
            try readMore(&bytes, since: began)
        }
    }

    /// 101 where the daemon honours the upgrade, 200 where it does not know it; the stream is the same.
    private func accept(
        _ head: ResponseHead, _ bytes: [UInt8], since began: ContinuousClock.Instant
    ) throws(DockerError) {
        guard head.status != 101 && head.status != 200 else {
            ahead = bytes[head.size...]
            return
        }
        var bytes = bytes
        let end = head.size + min(max(head.contentLength ?? 0, 0), ResponseHead.maximumSize)
        while bytes.count < end { try readMore(&bytes, since: began) }
        throw DockerError.refused(status: head.status, message: DockerAnswer.message(in: Array(bytes[head.size...])))
    }

    private func readMore(_ bytes: inout [UInt8], since began: ContinuousClock.Instant) throws(DockerError) {
        let chunk = try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer throws(DockerError) in
            switch try read(into: buffer) {
            case .bytes(let count): Array(buffer[..<count])
            case .endOfStream: throw DockerError.transport("the Docker daemon closed the connection")
            case .wouldBlock: [UInt8]()
            }
        }
        guard chunk.isEmpty else {
            bytes += chunk
            return
        }
        try awaitReady(Int16(POLLIN), seconds: settings.readTimeout, since: began)
    }

    private func awaitReady(
        _ events: Int16, seconds: Int, since began: ContinuousClock.Instant
    ) throws(DockerError) {
        let left = Duration.seconds(seconds) - (ContinuousClock.now - began)
        guard left > .zero else { throw .timedOut(settings) }
        var poller = pollfd(fd: descriptor, events: events, revents: 0)
        poll(&poller, 1, Int32(left.milliseconds.rounded(.up)))
    }
}

extension DockerStream {
    /// Waits until something comes, however long that takes, and throws it away.
    ///
    /// - Throws: ``DockerError/transport(_:)`` if it is the end.
    func awaitBytes() throws(DockerError) {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if ahead.isEmpty { poll(&poller, 1, -1) }
        try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer throws(DockerError) in
            while true {
                switch try read(into: buffer) {
                case .bytes: continue
                case .wouldBlock: return
                case .endOfStream: throw DockerError.transport("the Docker daemon closed the connection")
                }
            }
        }
    }

    /// Throws away what arrives until the stream ends, for as long as the time allows.
    func awaitEnd(within time: Duration) {
        let end = ContinuousClock.now + time
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            while true {
                switch try? read(into: buffer) {
                case .bytes: break
                case .endOfStream, nil: return
                case .wouldBlock:
                    let left = end - ContinuousClock.now
                    guard left > .zero else { return }
                    var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    poll(&poller, 1, Int32(left.milliseconds.rounded(.up)))
                }
                if ContinuousClock.now >= end { return }
            }
        }
    }
}
