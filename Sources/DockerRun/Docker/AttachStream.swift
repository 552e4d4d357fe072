internal import CCurl
internal import Glibc

/// The two-way stream to a container's standard streams (Docker Engine API, "Attach to a container"): what is written
/// goes to its stdin, what is read are frames for a ``FrameDecoder``. Neither direction ever blocks once it is open.
///
/// Owns its connection, which closes when the stream is released.
///
/// `@unchecked Sendable`: it has one owner at a time, first the worker that runs the container, then the reaper.
final class AttachStream: @unchecked Sendable {
    enum ReadResult: Equatable {
        case bytes(Int)
        case wouldBlock
        case endOfStream
    }

    let descriptor: Int32
    private let easy: OpaquePointerToEasyHandle
    private let settings: DockerSettings
    /// Bytes of the stream that came together with the head of the daemon's answer.
    private var early: ArraySlice<UInt8> = []

    /// Connects and attaches, which must happen before the container is started if no output is to be missed.
    ///
    /// - Throws: ``DockerError``; ``DockerError/refused(status:message:)`` if there is no such container.
    init(container: String, _ settings: DockerSettings) throws(DockerError) {
        let easy = try Curl.newHandle()
        Curl.configure(easy, settings)
        _ = curl_set_string(easy, CURLOPT_URL, "http://docker/")
        // CURLOPT_CONNECT_ONLY(3): connect and stop there; curl_easy_send(3) and curl_easy_recv(3) do the rest.
        _ = curl_set_long(easy, CURLOPT_CONNECT_ONLY, 1)
        var socket = curl_socket_t(-1)
        let code = curl_easy_perform(easy)
        guard code == CURLE_OK, curl_get_socket(easy, &socket) == CURLE_OK, socket >= 0 else {
            curl_easy_cleanup(easy)
            throw Curl.error(code, settings)
        }
        self.easy = easy
        self.settings = settings
        descriptor = socket
        // From here on, deinit closes the connection, also when the upgrade throws.
        try upgrade(container)
    }

    deinit {
        curl_easy_cleanup(easy)
    }

    /// - Returns: how many bytes were taken; 0 when none can be taken now.
    /// - Throws: ``DockerError/transport(_:)`` if the container's stdin is closed.
    func write(_ bytes: ArraySlice<UInt8>) throws(DockerError) -> Int {
        var written = 0
        let code = bytes.withUnsafeBytes { curl_easy_send(easy, $0.baseAddress, $0.count, &written) }
        switch code {
        case CURLE_OK: return written
        case CURLE_AGAIN: return 0
        default: throw Curl.error(code, settings)
        }
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
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DockerError) -> ReadResult {
        if !early.isEmpty {
            let part = early.prefix(buffer.count)
            buffer.copyBytes(from: part)
            early = early.dropFirst(part.count)
            return .bytes(part.count)
        }
        var count = 0
        switch curl_easy_recv(easy, buffer.baseAddress, buffer.count, &count) {
        case CURLE_OK: return count == 0 ? .endOfStream : .bytes(count)
        case CURLE_AGAIN: return .wouldBlock
        case let code: throw Curl.error(code, settings)
        }
    }

    // MARK: Opening

    private func upgrade(_ container: String) throws(DockerError) {
        let request = """
            POST /containers/\(container)/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r
            Host: docker\r
            Connection: Upgrade\r
            Upgrade: tcp\r
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
            early = bytes[head.size...]
            return
        }
        var bytes = bytes
        let end = head.size + min(max(head.contentLength ?? 0, 0), ResponseHead.maximumSize)
        while bytes.count < end { try readMore(&bytes, since: began) }
        throw DockerError.refused(status: head.status, message: DockerClient.message(in: Array(bytes[head.size...])))
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
        guard left > .zero else { throw Curl.error(CURLE_OPERATION_TIMEDOUT, settings) }
        var poller = pollfd(fd: descriptor, events: events, revents: 0)
        poll(&poller, 1, Int32(left.milliseconds.rounded(.up)))
    }
}

extension AttachStream {
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
