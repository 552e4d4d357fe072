internal import DockerRun
internal import HTTP
internal import Synchronization

/// What a tool is given, and what it says of a run.
protocol Tool: Decodable, Sendable {
    static var name: String { get }

    var program: ProgramArguments { get }

    /// What it asks for beside ``program``.
    func complete(_ payload: inout ProgramPayload)

    /// - Parameter room: bytes that files may take in the answer; nil is any number.
    func result(_ result: ProgramResult, filesWithin room: Int?) -> ToolResult
}

/// What all tools take.
struct ProgramArguments: Sendable {
    let language: String
    let code: String
    let files: [ProgramPayload.File]
    /// Seconds.
    let timeout: Double?
}

/// One call of a tool.
struct ToolCall {
    private let id: RPCID
    private let tool: any Tool
    private let limits: FacadeLimits
    /// The token of a client that wants to hear of progress, and takes events.
    private let progressToken: RPCID?

    init(_ message: RPCMessage, _ id: RPCID, _ request: FacadeRequest) throws(RPCError) {
        self.id = id
        limits = request.limits
        progressToken = request.accepts("text/event-stream") ? message.params?.meta?.progressToken : nil
        let tools: [any Tool.Type] = [RunCodeTool.self, RunTestsTool.self]
        let name = message.params?.name ?? ""
        guard let type = tools.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw RPCError(.invalidParams, "There is no tool \"\(name)\"")
        }
        do throws(ReadingFault) {
            tool = try Self.read(type, request.body)
        } catch {
            throw RPCError(.invalidParams, "\(ReadingFault(error.kind, Array(error.path.dropFirst(2))))")
        }
        if let timeout = tool.program.timeout, timeout <= 0 || timeout > limits.executionTime {
            throw RPCError(
                .invalidParams,
                "\"timeout_seconds\" is to be above 0, and at most \(JSONText.text(limits.executionTime))")
        }
    }

    private struct Body<Arguments: Decodable>: Decodable {
        struct Params: Decodable { let arguments: Arguments }

        let params: Params
    }

    private static func read<Arguments: Tool>(_ type: Arguments.Type, _ json: [UInt8]) throws(ReadingFault) -> Arguments
    {
        try ReadingFault.read(Body<Arguments>.self, json).params.arguments
    }

    func translation(_ languages: [Language]) -> Translation {
        let asked = tool.program
        guard let language = languages.named(asked.language) else {
            let known = languages.map(\.language).joined(separator: ", ")
            return .answer(response(.failure("There is no language \"\(asked.language)\"; there are: \(known)")))
        }
        let main = ProgramPayload.File(name: language.mainFile ?? "main", content: asked.code)
        var payload = ProgramPayload(language, files: [main] + asked.files)
        payload.runTime = asked.timeout
        tool.complete(&payload)
        let progress = progressToken.map(ProgressEvents.init)
        return .run(TranslatedRun(payload.request(language), event: progress.map { $0.event }) { [self] in answer($0) })
    }

    private func answer(_ outcome: Result<ArraySlice<UInt8>, Fault>) -> Response {
        do throws(Fault) {
            let result = try ProgramResult(json: try outcome.get())
            return response(tool.result(result, filesWithin: progressToken == nil ? nil : Self.roomInEvents))
        } catch {
            if let reason = error.refusedByRunner {
                return RPCError(.invalidParams, reason, status: 200).response(to: id)
            }
            if error.isStruckLimit { return response(.ended(error)) }
            return response(.failure(error.status == 503 ? "Busy: try again in 2 s" : error.message))
        }
    }

    /// Bytes: clients refuse an event of more than a megabyte (the Python SDK does), and texts need room too.
    private static let roomInEvents = 600 << 10

    private func response(_ result: ToolResult) -> Response { id.response(result.json) }
}

/// Tells a client what goes on in its run: a note when it begins, one for each stage, and what is printed.
private final class ProgressEvents: Sendable {
    private let token: RPCID
    private let count = Mutex(0)

    init(_ token: RPCID) {
        self.token = token
    }

    /// Bytes of what was printed that a note has.
    private static let noteSize = 1000

    func event(_ event: RunEvent) -> [UInt8]? {
        guard let text = Self.text(event) else { return nil }
        let number = count.withLock { count in
            count += 1
            return count
        }
        return JSONText.bytes(Note(params: .init(progressToken: token, progress: number, message: text)))
    }

    private static func text(_ event: RunEvent) -> String? {
        switch event {
        case .started(_, let isWarm): isWarm ? "started" : "started in a new container"
        case .runner(let event):
            switch event.name {
            case .stage: RunStage(event.value) == .build ? "building" : "running"
            case .stdout, .stderr: PrintedChunk(event.value).map { ModelText($0.text, limit: noteSize).text }
            case .cut: nil
            }
        case .ended: nil
        }
    }

    private struct Note: Encodable {
        struct Params: Encodable {
            let progressToken: RPCID
            let progress: Int
            let message: String
        }

        let jsonrpc = "2.0"
        let method = "notifications/progress"
        let params: Params
    }
}
