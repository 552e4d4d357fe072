internal import DockerRun
internal import HTTP
internal import Synchronization

/// A run's answer as server-sent events (HTML Standard, section 9.2): what the runner says while the program goes on, and at
/// last the result or an error. It begins with the container; what fails before that is answered as ever.
///
/// The worker of the run tells it what happens. A client that does not keep up is waited for by not reading what the container
/// prints, within the run's time.
final class EventAnswer: Sendable {
    let control = RunControl()
    private let responder: Responder
    private let streams: EventStreams
    private let text: Texts
    private let remarks = LateRemarks()
    private let state = Mutex(State())

    private struct State {
        var stream: BodyStream?
        var run: Run?
        var isEnded = false
        var isGone = false
    }

    /// Of what there are events.
    enum Moment {
        /// Something that has happened in the run, but for its end.
        case before(RunEvent)
        /// The end: what the answer's body, and its status, would have been without events.
        case answer(ArraySlice<UInt8>, status: Int)
    }

    /// The name and the data of an event; nil where there is none.
    typealias Texts = @Sendable (Moment) -> (name: String, data: [UInt8])?

    init(_ responder: Responder, _ streams: EventStreams, _ text: @escaping Texts) {
        self.responder = responder
        self.streams = streams
        self.text = text
    }

    /// Whether a client wants events, and not an object: it names `text/event-stream`, and not `application/json`.
    static func isWanted(by headers: Headers) -> Bool {
        headers.accepts("text/event-stream") && !headers.accepts("application/json")
    }

    /// The client's leaving ends this run.
    func belongs(to run: Run) {
        let isGone = state.withLock { state in
            if !state.isEnded { state.run = run }
            return state.isGone
        }
        if isGone { run.cancel() }
    }

    private func clientLeft() {
        let run = state.withLock { state in
            state.isGone = true
            return state.run
        }
        run?.cancel()
    }

    func tell(_ event: RunEvent) {
        if case .started = event, !begin() { return }
        write(.before(event))
    }

    /// - Returns: whether this is the run's first container.
    private func begin() -> Bool {
        let stream = BodyStream(
            whenDrained: { [control] in control.resume() },
            whenGone: { [self] in clientLeft() })
        let isFirst = state.withLock { state in
            guard state.stream == nil else { return false }
            state.stream = stream
            return true
        }
        guard isFirst else { return false }
        var response = Response(contentType: "text/event-stream", .stream(stream))
        response.headers.append("Cache-Control", "no-store")
        // nginx would keep the events until it has a buffer full of them.
        response.headers.append("X-Accel-Buffering", "no")
        response.remarks.late = remarks
        responder.send(response)
        streams.add(stream)
        return true
    }

    /// - Parameter response: what the answer would have been without events.
    /// - Returns: false if there have been none, so that it is the answer.
    func end(_ response: Response) -> Bool {
        // The run and the stream know this object, too.
        defer { state.withLock { $0 = State(isEnded: true) } }
        guard let stream = state.withLock(\.stream), case .bytes(let body) = response.body else { return false }
        streams.remove(stream)
        write(.answer(body, status: response.status))
        remarks.set(response.remarks)
        stream.end()
        return true
    }

    private func write(_ moment: Moment) {
        guard let stream = state.withLock(\.stream), let (name, data) = text(moment),
            !stream.write(Self.text(name, data))
        else { return }
        control.pause()
        // The client may have caught up before that.
        if stream.write([]) { control.resume() }
    }

    /// - Parameter json: may have line breaks between its tokens, each of which begins another line of data.
    static func text(_ name: String, _ json: some Collection<UInt8>) -> [UInt8] {
        var text = Array("event: \(name)\ndata: ".utf8)
        text.reserveCapacity(json.count + 64)
        var last: UInt8 = 0
        for byte in json {
            let isSecondOfBreak = last == UInt8(ascii: "\r") && byte == UInt8(ascii: "\n")
            last = byte
            if isSecondOfBreak { continue }
            if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                text += "\ndata: ".utf8
            } else {
                text.append(byte)
            }
        }
        return text + "\n\n".utf8
    }
}
