/// What is said from the start of a container to its result: the payload into its stdin, the frames out of it, and one
/// call to the daemon, all at once on one thread.
///
/// For a new container the call is the one that starts it: the payload waits for the container, and its output may be
/// there before the call has returned. A warm container runs already; the call then asks what the image's name stands
/// for, because that may have changed since the container was made. See ``imageCheck``.
struct Conversation {
    private let stream: DockerStream
    private let connection: DockerConnection
    private let limits: RunSettings
    private let writeTimeout: Duration
    private let began = ContinuousClock.now
    private var isCalling = true
    private var payload: ArraySlice<UInt8>
    private var isWriting = true
    private var payloadFailure: String?
    /// When the container last took some of the payload, or could first have done so.
    private var lastWrite = ContinuousClock.now
    private var hasEnded = false
    /// Bytes of the stream, and how many of them had come before the payload was sent.
    private var received = 0
    private let saidBefore: Int
    private var decoder = FrameDecoder()
    private var collector: ResultCollector
    private(set) var timings: RunTimings
    private let imageID: String?
    private(set) var imageCheck: ImageCheck

    /// Whether a container is of the image that its name stands for.
    enum ImageCheck: Equatable {
        case pending, passed
        /// The name stands for another image, or for none.
        case otherImage(String?)
        case failed
    }

    /// Begins the time that the run may take.
    init(
        _ container: AttachedContainer, _ connection: DockerConnection, image: String,
        _ payload: ArraySlice<UInt8>, _ limits: RunSettings,
        _ docker: DockerSettings, _ timings: RunTimings
    ) {
        stream = container.stream
        saidBefore = stream.aheadCount
        self.connection = connection
        self.payload = payload
        self.limits = limits
        self.timings = timings
        writeTimeout = .seconds(docker.writeTimeout)
        collector = ResultCollector(maximumSize: limits.maxOutputSize)
        imageID = container.imageID
        // The daemon has looked the name up when it created the container; that was just now, or a while ago.
        imageCheck = timings.isWarm ? .pending : .passed
        connection.begin(
            timings.isWarm ? DockerClient.imageCall(image) : DockerClient.startCall(container.name))
    }

    /// Whether the container has ended soon and has said nothing since it got the payload: then it may have been dead by
    /// then, or died in that moment. One that lived longer has read its payload.
    var wasUnheard: Bool { hasEnded && received <= saidBefore && (timings.run ?? .zero) < Self.handOut }

    /// The end of a dead container's stream is usually there in milliseconds; an overloaded daemon takes its time.
    private static let handOut = Duration.seconds(2)

    /// Talks until the result is complete, or until there cannot be one. By then a warm container's image has been checked,
    /// unless nobody waits for the result any more.
    mutating func result(_ cancellation: Cancellation) throws(RunError) -> ArraySlice<UInt8> {
        defer { timings.run = ContinuousClock.now - began - (timings.start ?? .zero) }
        let result: ArraySlice<UInt8>
        do throws(RunError) {
            result = try talk(cancellation)
        } catch {
            if error != .cancelled && error != .executionTime { finishImageCheck() }
            throw error
        }
        finishImageCheck()
        return result
    }

    private mutating func talk(_ cancellation: Cancellation) throws(RunError) -> ArraySlice<UInt8> {
        // A warm container works on it while the call is being sent.
        if timings.isWarm { try writePayload() }
        while true {
            guard !cancellation.isCancelled else { throw .cancelled }
            guard ContinuousClock.now < deadline else { throw .executionTime }
            try advanceCall()
            // Nobody will hear of it: see imageCheck.
            guard !isOtherImage else { throw .cancelled }
            try writePayload()
            if hasEnded {
                guard isStarting else { return try resultAtEnd() }
            } else {
                switch try read() {
                case .bytes: continue
                case .endOfStream:
                    hasEnded = true
                    continue
                case .wouldBlock where collector.hasObject && decoder.isAtBoundary && limits.replyAt == .result:
                    return try collector.result()
                case .wouldBlock: break
                }
            }
            try wait(listening: !hasEnded)
        }
    }

    /// The start call may still be out when the result is there; its connection can be used again when it has returned.
    func awaitCall() {
        if isCalling { _ = try? connection.awaitAnswer() }
    }

    private var isStarting: Bool { isCalling && !timings.isWarm }

    private var deadline: ContinuousClock.Instant { began + .seconds(limits.maxExecutionTime) }

    private mutating func advanceCall() throws(RunError) {
        guard isCalling else { return }
        do throws(DockerError) {
            guard let answer = try connection.answer() else { return }
            isCalling = false
            if timings.isWarm {
                try checkImage(answer)
            } else {
                try DockerClient.check(answer)
                lastWrite = .now
                noteStarted()
            }
        } catch {
            isCalling = false
            imageCheck = timings.isWarm ? .failed : imageCheck
            throw .docker(error, in: RunError.start)
        }
    }

    private mutating func checkImage(_ answer: DockerAnswer) throws(DockerError) {
        let current = try DockerClient.imageID(answer)
        imageCheck = current == imageID ? .passed : .otherImage(current)
    }

    private var isOtherImage: Bool { if case .otherImage = imageCheck { true } else { false } }

    private mutating func finishImageCheck() {
        guard isCalling && timings.isWarm else { return }
        isCalling = false
        do throws(DockerError) {
            try checkImage(try connection.awaitAnswer())
        } catch {
            imageCheck = .failed
        }
    }

    private mutating func noteStarted() {
        if timings.start == nil && !timings.isWarm { timings.start = ContinuousClock.now - began }
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

    private mutating func read() throws(RunError) -> DockerStream.ReadResult {
        do {
            return try withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { buffer in
                let read = try stream.read(into: buffer)
                if case .bytes(let count) = read {
                    received += count
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
            hasEnded = true
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
