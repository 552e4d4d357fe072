internal import DockerRun
internal import FoundationEssentials
internal import HTTP
internal import Synchronization

/// `connect`: a run that is seen while it goes on, and typed into. Beside what Piston takes there is `{"type": "eof"}`, for
/// programs that read to the end.
final class PistonDialogue: DialogueTranslation {
    private struct State {
        var job: PistonJob.Verdict?
        var stage: RunStage?
    }

    private let asked: FacadeRequest
    private let isStrict: Bool
    private let state = Mutex(State())

    init(_ asked: FacadeRequest, isStrict: Bool) {
        (self.asked, self.isStrict) = (asked, isStrict)
    }

    /// JSON that is read and written anew.
    let maximumWordSize = 256 << 10

    let silence = DialogueEnd(.init(rawValue: 4001), "Initialization Timeout")

    func request(_ message: [UInt8]) throws(RunError) -> RunRequest {
        guard Self.type(of: message) == "init" else { throw .request("Not yet initialized") }
        let languages = try asked.languages()
        do throws(PistonRefusal) {
            let job = try PistonJob(json: message, languages, asked.limits, isStrict: isStrict, isTypedInto: true)
            state.withLock { $0.job = job.verdict }
            return job.request
        } catch {
            throw .request(error.message)
        }
    }

    // MARK: What the client says

    private struct Message: Decodable {
        let type: String
        let stream: String?
        let data: String?
        let signal: String?
    }

    private static func type(of message: [UInt8]) -> String? {
        (try? JSONDecoder().decode(Message.self, from: Data(message)))?.type
    }

    func word(_ message: [UInt8]) throws(DialogueEnd) -> RunnerWord? {
        guard let said = try? JSONDecoder().decode(Message.self, from: Data(message)) else {
            throw Self.failure("The message is not JSON, or has no type")
        }
        switch said.type {
        case "init": throw DialogueEnd(.init(rawValue: 4000), "Already Initialized")
        case "data":
            guard said.stream == "stdin", let text = said.data else {
                throw DialogueEnd(.init(rawValue: 4004), "Can only write to stdin")
            }
            return Self.word(["stdin": ["text": text]])
        case "signal":
            guard let word = Self.word(["signal": said.signal ?? ""]) else {
                throw DialogueEnd(.init(rawValue: 4005), "Invalid signal")
            }
            return word
        case "eof": return Self.word(["eof": true])
        default: return nil
        }
    }

    private static func word(_ value: some Encodable) -> RunnerWord? { try? RunnerWord(json: JSONText.bytes(value)) }

    // MARK: What the client is told

    private struct Told: Encodable {
        var type: String
        var language: String?
        var version: String?
        var stage: String?
        var stream: String?
        var data: String?
        var message: String?

        var json: [UInt8] { JSONText.bytes(self) }
    }

    private struct Exit: Encodable {
        let type = "exit"
        let stage: String
        let code: OrNull<Int>
        let signal: OrNull<String>
    }

    func messages(_ event: RunEvent) -> [[UInt8]] {
        switch event {
        case .started:
            let runtime = state.withLock(\.job)?.runtime
            return runtime.map { [Told(type: "runtime", language: $0.language, version: $0.version).json] } ?? []
        case .runner(let event): return messages(event)
        case .ended: return []
        }
    }

    private func messages(_ event: RunnerEvent) -> [[UInt8]] {
        switch event.name {
        case .stdout, .stderr:
            guard let chunk = PrintedChunk(event.value) else { return [] }
            return [Told(type: "data", stream: event.name.rawValue, data: chunk.text).json]
        case .stage:
            guard let stage = RunStage(event.value) else { return [] }
            let last = state.withLock { state in
                defer { state.stage = stage }
                return state.stage
            }
            // There would be no other stage if it had failed.
            let exit =
                last.map { [JSONText.bytes(Exit(stage: Self.name(of: $0), code: OrNull(0), signal: OrNull(nil)))] }
                ?? []
            return exit + [Told(type: "stage", stage: Self.name(of: stage)).json]
        case .cut: return []
        }
    }

    private static func name(of stage: RunStage) -> String { stage == .build ? "compile" : "run" }

    func end(_ outcome: Result<ArraySlice<UInt8>, Fault>, of request: [UInt8]) -> DialogueEnd {
        let (job, last) = state.withLock { ($0.job, $0.stage ?? .run) }
        let limit = last == .build ? job?.cpuTimes.compile : job?.cpuTimes.run
        do throws(Fault) {
            let stage: ProgramResult.Stage
            switch outcome {
            case .failure(let fault) where fault.isStruckLimit && job != nil: stage = .init(endedFor: fault)
            default: stage = try ProgramResult(json: try outcome.get()).run
            }
            let told = PistonStage(stage, cpuTime: limit)
            let exit = Exit(stage: Self.name(of: last), code: told.code, signal: told.signal)
            return DialogueEnd(.init(rawValue: 4999), "Job Completed", [JSONText.bytes(exit)])
        } catch {
            if let type = Self.type(of: request), type != "init" {
                return DialogueEnd(.init(rawValue: 4003), "Not yet initialized")
            }
            return Self.failure(error.refusedByRunner ?? error.message)
        }
    }

    private static func failure(_ message: String) -> DialogueEnd {
        DialogueEnd(.init(rawValue: 4002), "Notified Error", [Told(type: "error", message: message).json])
    }
}
