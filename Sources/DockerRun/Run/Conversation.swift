/// What is said from the start of a container to its result: the payload into its stdin, the frames out of it, and one
/// call to the daemon, all at once on one thread.
///
/// For a new container the call is the one that starts it: the payload waits for the container, and its output may be
/// there before the call has returned. A warm container runs already; the call then asks what the image's name stands
/// for, because that may have changed since the container was made. See ``imageCheck``.
struct Conversation {
    /// What came of it.
    enum Outcome {
        case result(ArraySlice<UInt8>)
        case failed(RunError)
        /// The stream has ended without a result, or a word why. The error is what that is as far as the stream can tell.
        case silent(RunError)
        /// The name of a warm container's image stands for another one by now, or for none.
        case otherImage(String?)
    }

    private let name: String
    private let stream: DockerStream
    private let connection: DockerConnection
    private let replyAt: RunSettings.ReplyMoment
    private let began = ContinuousClock.now
    private var isCalling = true
    private var input: ContainerInput
    private var idleness: Idleness
    private var hasEnded = false
    /// Bytes of the stream, and how many of them had come before the payload was sent.
    private var received = 0
    private let receivedBefore: Int
    private var decoder = FrameDecoder()
    private(set) var collector: ResultCollector
    private var relay: RunEventRelay
    private(set) var timings: RunTimings
    private(set) var time: RunTime
    /// Of a warm container. The daemon has looked a cold one's name up when it created it, which was just now.
    private(set) var imageCheck: ImageCheck?

    /// - Parameters:
    ///   - imageCheck: of a container that is warm, whose time begins here; nil of one that has to be started.
    ///   - keepsInputOpen: whether stdin ends only when the result is there.
    ///   - writeTimeout: how long the container may take none of its payload.
    ///   - idleTime: how long nothing may be said and nothing printed; nil if nobody talks with the program.
    init(
        with container: AttachedContainer, over connection: DockerConnection, imageCheck: ImageCheck?,
        payload: ArraySlice<UInt8>, collector: ResultCollector, replyAt: RunSettings.ReplyMoment,
        keepsInputOpen: Bool, writeTimeout: Duration, idleTime: Duration?,
        relay: RunEventRelay, timings: RunTimings, time: RunTime
    ) {
        (name, stream) = (container.name, container.stream)
        receivedBefore = stream.aheadCount
        self.connection = connection
        input = ContainerInput(stream, payload: payload, staysOpen: keepsInputOpen, timeout: writeTimeout)
        self.replyAt = replyAt
        self.relay = relay
        self.timings = timings
        self.time = time
        self.imageCheck = imageCheck
        self.collector = collector
        idleness = Idleness(limit: idleTime)
        if imageCheck != nil { self.time.begin() }
        connection.begin(imageCheck?.call ?? DockerClient.startCall(name))
    }

    /// Whether the container has ended soon and has said nothing since it got the payload: then it may have been dead by
    /// then, or died in that moment. One that lived longer has read its payload. (A dead one's end is usually heard of in
    /// milliseconds; an overloaded daemon takes its time.)
    var diedUnused: Bool { hasEnded && received <= receivedBefore && (timings.run ?? .zero) < .seconds(2) }

    /// Talks until the result is complete, or until there cannot be one. By then a warm container's image has been checked,
    /// unless nobody waits for the result any more, its time is over, or the daemon does not say.
    mutating func outcome(_ control: RunControl) -> Outcome {
        let outcome = talk(control)
        timings.run = ContinuousClock.now - began - (timings.start ?? .zero)
        switch outcome {
        case .otherImage, .failed(.cancelled), .failed(.executionTime): return outcome
        case .result, .failed, .silent: awaitImageCheck(control)
        }
        if case .otherImage(let current) = imageCheck?.verdict { return .otherImage(current) }
        if timings.isWarm && !diedUnused { noteStarted() }
        return outcome
    }

    private mutating func talk(_ control: RunControl) -> Outcome {
        do throws(RunError) {
            // A warm container works on it while the call is being sent.
            if timings.isWarm { try write(control) }
            while true {
                guard !control.isCancelled else { throw .cancelled }
                guard !isOver else { throw .executionTime }
                if let limit = idleness.limit, let idleDeadline, .now >= idleDeadline { throw .idle(limit) }
                try advanceCall()
                if case .otherImage(let current) = imageCheck?.verdict { return .otherImage(current) }
                idleness.note(isPaused: control.isPaused)
                try write(control)
                if hasEnded {
                    guard isStarting else { return try outcomeAtEnd() }
                } else if !control.isPaused {
                    switch try read() {
                    case .bytes: continue
                    case .endOfStream:
                        hasEnded = true
                        continue
                    case .wouldBlock where collector.isDecided && decoder.isAtBoundary && replyAt == .result:
                        return .result(try collector.result())
                    case .wouldBlock: break
                    }
                }
                try wait(reading: !control.isPaused)
            }
        } catch {
            return .failed(error)
        }
    }

    private var isOver: Bool { time.deadline.map { ContinuousClock.now >= $0 } ?? false }

    // MARK: The call

    /// The start call may still be out when the result is there; its connection can be used again when it has returned.
    func awaitCall() {
        if isCalling { _ = try? connection.awaitAnswer() }
    }

    private var isStarting: Bool { isCalling && !timings.isWarm }

    private mutating func advanceCall() throws(RunError) {
        guard isCalling else { return }
        if timings.isWarm { return advanceImageCheck() }
        do throws(DockerError) {
            guard let answer = try connection.answer() else { return }
            isCalling = false
            try answer.check()
            input.begin()
            idleness.noteRead()
            noteStarted()
            time.begin()
        } catch {
            isCalling = false
            throw .docker(error, in: RunError.start)
        }
    }

    private mutating func advanceImageCheck() {
        do throws(DockerError) {
            guard let answer = try connection.answer() else { return }
            imageCheck?.take(answer)
            isCalling = imageCheck?.verdict == .pending
            if imageCheck?.verdict == .passed { noteStarted() }
            if isCalling, let call = imageCheck?.call { connection.begin(call) }
        } catch {
            isCalling = false
            imageCheck?.giveUp()
            // No answer is no evidence, and what goes on is to be seen.
            noteStarted()
        }
    }

    private mutating func awaitImageCheck(_ control: RunControl) {
        guard isCalling && timings.isWarm else { return }
        let began = ContinuousClock.now
        while isCalling && !control.isCancelled && !isOver {
            advanceImageCheck()
            guard isCalling, let deadline = time.deadline else { break }
            // That the wait fails is the daemon's silence by another name.
            guard (try? connection.wait(timeout: deadline - .now)) != nil else { break }
        }
        timings.check = ContinuousClock.now - began
        imageCheck?.giveUp()
    }

    /// A cold container has started, or a warm one is of the right image.
    private mutating func noteStarted() {
        if timings.start == nil && !timings.isWarm { timings.start = ContinuousClock.now - began }
        relay.start(name, isWarm: timings.isWarm)
    }

    // MARK: The stream

    /// Not before the container has started, nor when the program may print what is not told any more.
    private var idleDeadline: ContinuousClock.Instant? {
        isStarting || collector.isCut ? nil : idleness.deadline(input.lastWrite)
    }

    /// What is said goes to a runner that has said something: until then, another container may have to take its place. When
    /// all of the result has been read, the container may end.
    private mutating func write(_ control: RunControl) throws(RunError) {
        if collector.isSettled { input.end() }
        input.write()
        if input.mayAppend && !isCalling && received > receivedBefore {
            input.append(control.takeSaid())
            input.write()
        }
        if !isStarting { try input.refuseStall() }
    }

    private mutating func read() throws(RunError) -> UnixSocket.ReadResult {
        do {
            return try withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { buffer in
                let read = try stream.read(into: buffer)
                if case .bytes(let count) = read {
                    received += count
                    idleness.noteRead()
                    if !timings.isWarm { noteStarted() }
                    try decoder.decode(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
                        (stream, bytes, announced) throws(RunError) in
                        relay.tell(try collector.receive(stream, bytes, announced: announced))
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

    private func outcomeAtEnd() throws(RunError) -> Outcome {
        guard decoder.isAtBoundary else { throw .stream("it ended within a frame") }
        guard collector.isSilent else { return .result(try collector.result()) }
        do throws(RunError) {
            if collector.isEmpty {
                if let failure = input.failure { throw .payload(failure) }
                guard input.isWritten else { throw .payload("the container ended before it had read all of it") }
            }
            return .result(try collector.result())
        } catch {
            return .silent(error)
        }
    }

    /// Until the call, the stream or somebody with the control has something new, or something is due.
    private func wait(reading: Bool) throws(RunError) {
        let stalled = isStarting ? nil : input.deadline
        let due = [time.deadline, stalled, idleDeadline].compactMap(\.self).min()
        do throws(DockerError) {
            try connection.wait(
                for: hasEnded ? nil : stream, reading: reading, writing: input.isWaiting,
                timeout: due.map { $0 - .now } ?? .seconds(60))
        } catch {
            throw .stream("\(error)")
        }
    }
}
