/// What is said from the start of a container to its result: the start call, the payload into its stdin and the frames
/// out of it, all at once on one thread. The payload waits for the container, and its output may be there before the
/// start call has returned.
struct Conversation {
    private let stream: AttachStream
    private let connection: DockerConnection
    private let limits: RunSettings
    private let writeTimeout: Duration
    private let began = ContinuousClock.now
    private var isStarting = true
    private var payload: ArraySlice<UInt8>
    private var isWriting = true
    private var payloadFailure: String?
    /// When the container last took some of the payload, or could first have done so.
    private var lastWrite = ContinuousClock.now
    private var decoder = FrameDecoder()
    private var collector: ResultCollector
    private(set) var timings: RunTimings

    /// Sends the start call, which begins the time that the run may take.
    init(
        _ container: String, _ stream: AttachStream, _ connection: DockerConnection, _ payload: ArraySlice<UInt8>,
        _ limits: RunSettings, _ docker: DockerSettings, _ timings: RunTimings
    ) {
        self.stream = stream
        self.connection = connection
        self.payload = payload
        self.limits = limits
        self.timings = timings
        writeTimeout = .seconds(docker.writeTimeout)
        collector = ResultCollector(maximumSize: limits.maxOutputSize)
        connection.begin(DockerClient.start(container))
    }

    /// Talks until the result is complete, or until there cannot be one.
    mutating func result(_ cancellation: Cancellation) throws(RunError) -> ArraySlice<UInt8> {
        defer { timings.run = ContinuousClock.now - began - (timings.start ?? .zero) }
        var hasEnded = false
        while true {
            guard !cancellation.isCancelled else { throw .cancelled }
            guard ContinuousClock.now < deadline else { throw .executionTime }
            try checkStart()
            try writePayload()
            if hasEnded {
                guard isStarting else { return try resultAtEnd() }
            } else {
                switch try read() {
                case .bytes: continue
                case .endOfStream:
                    hasEnded = true
                    continue
                case .wouldBlock where collector.hasObject: return try collector.result()
                case .wouldBlock: break
                }
            }
            try wait(listening: !hasEnded)
        }
    }

    /// The start call may still be out when the result is there; its connection can be used again when it has returned.
    func awaitStart() {
        if isStarting { _ = try? connection.awaitAnswer() }
    }

    private var deadline: ContinuousClock.Instant { began + .seconds(limits.maxExecutionTime) }

    private mutating func checkStart() throws(RunError) {
        guard isStarting else { return }
        do throws(DockerError) {
            guard let answer = try connection.answer() else { return }
            isStarting = false
            try DockerClient.check(answer)
        } catch {
            throw .docker(error, in: RunError.start)
        }
        lastWrite = .now
        noteStarted()
    }

    private mutating func noteStarted() {
        if timings.start == nil { timings.start = ContinuousClock.now - began }
    }

    /// A container may well end without reading its stdin, so that only its output can tell whether a failure matters.
    private mutating func writePayload() throws(RunError) {
        guard isWriting else { return }
        do throws(DockerError) {
            while !payload.isEmpty {
                let count = try stream.write(payload)
                guard count > 0 else { break }
                payload = payload.dropFirst(count)
                lastWrite = .now
            }
        } catch {
            payloadFailure = "\(error)"
            isWriting = false
            return
        }
        if payload.isEmpty {
            stream.closeWriting()
            isWriting = false
        } else if !isStarting && ContinuousClock.now - lastWrite >= writeTimeout {
            throw .payload("none of it was taken for \(writeTimeout) (DOCKER_UNIX_SOCKET_WRITE_TIMEOUT)")
        }
    }

    private mutating func read() throws(RunError) -> AttachStream.ReadResult {
        do {
            return try withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { buffer in
                let read = try stream.read(into: buffer)
                if case .bytes(let count) = read {
                    noteStarted()
                    try decoder.decode(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
                        (stream, bytes, announced) throws(RunError) in
                        try collector.receive(stream, bytes, announced: announced)
                    }
                }
                return read
            }
        } catch let error as FrameDecoder.DecodingFailure<RunError> {
            switch error {
            case .malformed(let frame): throw .stream("malformed frame header \(frame.header)")
            case .refused(let reason): throw reason
            }
        } catch {
            throw .stream("\(error)")
        }
    }

    private func resultAtEnd() throws(RunError) -> ArraySlice<UInt8> {
        guard decoder.isAtBoundary else { throw .stream("it ended within a frame") }
        if collector.isEmpty {
            if let payloadFailure { throw .payload(payloadFailure) }
            guard payload.isEmpty else { throw .payload("the container ended before it had read all of it") }
        }
        return try collector.result()
    }

    private func wait(listening: Bool) throws(RunError) {
        var end = deadline
        if isWriting && !isStarting { end = min(end, lastWrite + writeTimeout) }
        do throws(DockerError) {
            try connection.wait(
                for: listening ? stream : nil, writing: isWriting, timeout: end - ContinuousClock.now)
        } catch {
            throw .stream("\(error)")
        }
    }
}
