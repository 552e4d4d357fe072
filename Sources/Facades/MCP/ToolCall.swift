internal import DockerRun
internal import HTTP
internal import Synchronization

/// One call of a tool.
struct ToolCall {
    private let reply: Reply
    private let arguments: ToolArguments

    init(_ message: MCPMessage, _ id: RPCID, _ era: ProtocolEra, _ request: FacadeRequest) throws(RPCError) {
        let params = try message.params
        let name = params?.name ?? ""
        guard let tool = Tool.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name.utf8) }) else {
            throw RPCError(.invalidParams, "There is no tool \"\(name)\"")
        }
        do throws(ReadingFault) {
            arguments = try tool.arguments(in: request.body)
        } catch {
            throw RPCError(.invalidParams, "\(error)")
        }
        let most = request.limits.executionTime
        if let timeout = arguments.timeout, timeout <= 0 || timeout > most {
            throw RPCError(
                .invalidParams, "\"timeout_seconds\" is to be above 0, and at most \(JSONText.text(most))")
        }
        reply = Reply(
            id: id, era: era, tool: tool, wantsFiles: arguments.outputs != nil,
            progressToken: request.headers.accepts("text/event-stream") ? params?.meta?.progressToken : nil)
    }

    func translation(_ languages: [Language]) -> Translation {
        guard let language = languages.named(arguments.language) else {
            let known = languages.map(\.language).joined(separator: ", ")
            let reason = "There is no language \"\(arguments.language)\"; there are: \(known)"
            return .answer(reply.response(.failure(reason)), errorCode: "language.unknown")
        }
        let main = ProgramPayload.File(name: language.mainFile ?? "main", content: arguments.code)
        var payload = ProgramPayload(language, files: [main] + (arguments.files ?? []))
        arguments.complete(&payload)
        let progress = reply.progressToken.map(ProgressEvents.init)
        return .run(
            TranslatedRun(payload.request(language), event: progress.map { $0.event }) { [reply] in
                reply.response(to: $0)
            })
    }
}

/// What is kept of a call while its program runs, and what comes of it.
private struct Reply: Sendable {
    let id: RPCID
    let era: ProtocolEra
    let tool: Tool
    let wantsFiles: Bool
    /// Of a client that wants to hear of progress, and takes events.
    let progressToken: RPCID?

    func response(_ result: ToolResult) -> Response { id.response(result.json) }

    func response(to outcome: Result<ArraySlice<UInt8>, Fault>) -> Response {
        do throws(Fault) {
            let result = try ProgramResult(json: try outcome.get())
            return response(tool == .runCode ? report(result) : ToolResult(TestsReport(result)))
        } catch {
            if let reason = error.refusedByRunner {
                return era.adapted(RPCError(.invalidParams, reason)).response(to: id)
            }
            guard error.isStruckLimit else {
                let isFull = error.code.utf8.elementsEqual("server.overloaded".utf8)
                return response(.failure(isFull ? "Busy: try again in 2 s" : error.message))
            }
            guard tool == .runCode else { return response(ToolResult(TestsReport(endedFor: error))) }
            return response(ToolResult(StageReport(ProgramResult.Stage(endedFor: error))))
        }
    }

    private func report(_ result: ProgramResult) -> ToolResult {
        var report = RunReport(result)
        guard wantsFiles else { return ToolResult(report) }
        let files = ReturnedFiles(result, within: progressToken == nil ? .max : Self.largestEvent - report.roomInAnswer)
        report.files = files.descriptions
        return ToolResult(report, files.content)
    }

    /// Bytes: clients refuse an event of more than a megabyte (the Python SDK does).
    private static let largestEvent = 950_000
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
        guard let note = Self.text(event) else { return nil }
        let number = count.withLock { count in
            count += 1
            return count
        }
        let (text, token) = (JSONText.text(note), JSONText.text(token))
        let params = #"{"message":\#(text),"progress":\#(number),"progressToken":\#(token)}"#
        return Array(#"{"jsonrpc":"2.0","method":"notifications/progress","params":\#(params)}"#.utf8)
    }

    private static func text(_ event: RunEvent) -> String? {
        switch event {
        case .started(_, let isWarm): isWarm ? "started" : "started in a new container"
        case .runner(let event):
            switch event.name {
            case .stage: RunStage(event.value) == .build ? "building" : "running"
            case .stdout, .stderr: PrintedChunk(event.value).map { CutText($0.text, limit: noteSize).text }
            case .cut: nil
            }
        case .ended: nil
        }
    }
}
