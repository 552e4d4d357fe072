internal import DockerRun
internal import Facades
internal import FoundationEssentials
internal import HTTP
internal import Synchronization

/// One WebSocket: a token if none came with the request, a run, and then what is said to its program and what that prints, until
/// the run has ended; in whose words, a ``DialogueTranslation`` says.
///
/// What the client says comes on the event loop's thread, what happens in the run on its worker's. The socket, the run and this
/// know each other until it has ended.
final class Dialogue: Sendable {
    /// What is to come from the client.
    private enum Stage {
        case token, request, words, nothing
    }

    private struct State {
        var stage: Stage
        /// Until when there has to be a request.
        let deadline: ContinuousClock.Instant
        var socket: WebSocket?
        var control: RunControl?
        var run: Run?
        var hasStarted = false
    }

    private let id: String
    private let translation: any DialogueTranslation
    private let surroundings: Surroundings
    private let remarks = LateRemarks()
    private let state: Mutex<State>

    /// Seconds from the connection to the request.
    static let requestTimeout = 10.0
    /// Bytes of the message that has the token: as long as there is none, a connection costs little.
    private static let maximumTokenSize = 4 << 10

    /// Who it is that asks for it.
    enum Client {
        /// Sent a good token with the request.
        case trusted
        /// Has to send one as the first message.
        case unknown
        /// Needs none, and gives way until there is a run.
        case anybody
    }

    private let client: Client

    init(id: String, of client: Client, _ translation: any DialogueTranslation, _ surroundings: Surroundings) {
        self.id = id
        self.client = client
        self.translation = translation
        self.surroundings = surroundings
        state = Mutex(
            State(stage: client == .unknown ? .token : .request, deadline: .now + .seconds(Self.requestTimeout)))
    }

    /// The answer that begins it, or says why there is no WebSocket.
    func answer(to head: RequestHead) -> Response {
        do throws(WebSocketHandshake.Refusal) {
            return try begin(head)
        } catch {
            var response = Response.error(error.status, "request.websocket", error.reason)
            response.headers.append(error.headers)
            return response
        }
    }

    private func begin(_ head: RequestHead) throws(WebSocketHandshake.Refusal) -> Response {
        let socket = WebSocket(
            maximumMessageSize: client == .unknown ? Self.maximumTokenSize : surroundings.maxMessageSize,
            whenDrained: { [self] in state.withLock(\.control)?.resume() }, whenGone: { [self] in clientLeft() },
            receive: { [self] in receive($0) })
        var response = try socket.response(to: head)
        if client == .trusted { socket.stay() }
        state.withLock { $0.socket = socket }
        response.remarks.late = remarks
        surroundings.dialogues.add(self)
        return response
    }

    // MARK: What the client says

    private func receive(_ message: [UInt8]) {
        switch state.withLock(\.stage) {
        case .token: takeToken(message)
        case .request: begin(message)
        case .words: pass(message)
        case .nothing: break
        }
    }

    private func takeToken(_ message: [UInt8]) {
        guard let token = Self.token(in: message) else {
            return close(
                DialogueEnd(.invalidPayload, "the first message is {\"token\": …}"), error: "access_token")
        }
        guard surroundings.tokens.contains(token) else {
            return close(DialogueEnd(.policyViolation, "wrong access token"), error: "access_token")
        }
        let socket = state.withLock { state in
            state.stage = .request
            return state.socket
        }
        socket?.setMaximumMessageSize(surroundings.maxMessageSize)
        socket?.stay()
    }

    private static func token(in message: [UInt8]) -> [UInt8]? {
        let members = try? JSONDecoder().decode([String: String].self, from: Data(message))
        guard let members, members.count == 1 else { return nil }
        return members["token"].map { Array($0.utf8) }
    }

    private func begin(_ message: [UInt8]) {
        let control = RunControl(whenHeard: { [self] in state.withLock(\.socket)?.resume() })
        let socket = state.withLock { state in
            (state.stage, state.control) = (.words, control)
            return state.socket
        }
        socket?.setMaximumMessageSize(min(surroundings.maxMessageSize, translation.maximumWordSize))
        do throws(RunService.Rejection) {
            let run = try surroundings.service.converse(id: id, control: control) { [self] event in
                observe(event, of: message)
            } prepare: { [translation] () throws(RunError) in
                try translation.request(message)
            }
            let isGone = state.withLock { state in
                if state.stage != .nothing { state.run = run }
                return state.stage == .nothing
            }
            if client == .anybody { socket?.stay() }
            if isGone { run.cancel() }
        } catch {
            end(with: error == .closed ? .shuttingDown : Self.overloaded, of: message)
        }
    }

    private static let overloaded = Response.error(
        503, "server.overloaded",
        "As many interactive runs go on as may (INTERACTIVE_MAX_RUNS); try again later")

    private func pass(_ message: [UInt8]) {
        do throws(DialogueEnd) {
            guard let word = try translation.word(message) else { return }
            let (socket, control) = state.withLock { ($0.socket, $0.control) }
            guard let control, !control.say(word) else { return }
            socket?.pause()
            // The runner may have heard it before that.
            if control.hasRoom { socket?.resume() }
        } catch {
            for message in error.messages { state.withLock(\.socket)?.send(message) }
            close(error, error: "request.body")
        }
    }

    /// The client has left, or broken the protocol.
    private func clientLeft() {
        remarks.change { $0.errorCode = "client_gone" }
        leave()?.cancel()
    }

    // MARK: What happens in the run

    private func observe(_ event: RunEvent, of message: [UInt8]) {
        switch event {
        case .started(let container, let isWarm):
            let isFirst = state.withLock { state in
                defer { state.hasStarted = true }
                return !state.hasStarted
            }
            guard isFirst else { return }
            remarks.change { remarks in
                remarks.logFields = [("container", .text(container)), ("start", .text(isWarm ? "warm" : "cold"))]
            }
            send(event)
        case .runner: send(event)
        case .ended(let report):
            if report.container != nil { surroundings.metrics.observeInteractive(report) }
            let response = Response(report)
            end(with: response, report.result.mapError { _ in Fault(response) }, of: message)
        }
    }

    private func send(_ event: RunEvent) {
        let (socket, control) = state.withLock { ($0.socket, $0.control) }
        guard let socket else { return }
        var hasRoom = true
        for message in translation.messages(event) { hasRoom = socket.send(message) }
        guard !hasRoom else { return }
        control?.pause()
        // The client may have caught up before that.
        if socket.hasRoom { control?.resume() }
    }

    // MARK: The end

    private func end(with error: Response, of message: [UInt8]) {
        end(with: error, .failure(Fault(error)), of: message)
    }

    /// - Parameter response: what the answer would have been to a request.
    private func end(with response: Response, _ outcome: Result<ArraySlice<UInt8>, Fault>, of message: [UInt8]) {
        // Where the client has left, that is what has ended it.
        guard let socket = state.withLock(\.socket) else { return }
        remarks.set(response.remarks)
        _ = leave()
        let end = translation.end(outcome, of: message)
        for message in end.messages { socket.send(message) }
        socket.close(end.code, end.reason)
    }

    /// Before the run has ended, or begun.
    private func close(_ end: DialogueEnd, error: String) {
        remarks.change { $0.errorCode = error }
        let socket = state.withLock(\.socket)
        let run = leave()
        socket?.close(end.code, end.reason)
        run?.cancel()
    }

    /// - Returns: the run, if there is one.
    private func leave() -> Run? {
        surroundings.dialogues.remove(self)
        return state.withLock { state in
            defer { state = State(stage: .nothing, deadline: state.deadline) }
            return state.run
        }
    }

    // MARK: Now and then

    /// Ends it if it has waited for a request for too long.
    func refuseSilence(_ now: ContinuousClock.Instant) {
        guard state.withLock({ $0.control == nil && $0.stage != .nothing && $0.deadline <= now }) else { return }
        close(translation.silence, error: "request.timeout")
    }

    func ping() { state.withLock(\.socket)?.ping() }

    /// Ends it if it waits for a request: the server stops.
    func stop() {
        guard state.withLock({ $0.control == nil && $0.stage != .nothing }) else { return }
        close(DialogueEnd(.goingAway, "the server is shutting down"), error: "server.shutting_down")
    }
}
