internal import DockerRun
internal import Facades
internal import HTTP

/// How `GET /run` is talked on: see docs/api.md, "Interactive runs".
struct RunDialogue: DialogueTranslation {
    let id: String
    let service: RunService

    let silence = DialogueEnd(.policyViolation, "no request has come in \(Int(Dialogue.requestTimeout)) s")

    /// A megabyte that waits to be read is never more in JSON.
    let maximumWordSize = 8 << 20

    func request(_ message: [UInt8]) throws(RunError) -> RunRequest {
        try RunRequest(body: message, languageNamed: service.language)
    }

    func word(_ message: [UInt8]) throws(DialogueEnd) -> RunnerWord? {
        do throws(RunnerWord.Malformed) {
            return try RunnerWord(json: message)
        } catch {
            throw DialogueEnd(.invalidPayload, error.reason)
        }
    }

    func messages(_ event: RunEvent) -> [[UInt8]] { message(.before(event)) }

    func end(_ outcome: Result<ArraySlice<UInt8>, Fault>, of request: [UInt8]) -> DialogueEnd {
        switch outcome {
        case .success(let object): return DialogueEnd(.normal, "", message(.answer(object, status: 200)))
        case .failure(let fault):
            let response = Response.error(fault.status, fault.code, fault.message)
            guard case .bytes(let body) = response.body else { return DialogueEnd(.normal) }
            return DialogueEnd(Self.code(fault, request), "", message(.answer(body, status: fault.status)))
        }
    }

    private func message(_ moment: EventAnswer.Moment) -> [[UInt8]] {
        guard let (name, data) = RunEventTexts(id: id).event(moment) else { return [] }
        return [Array("{\"\(name)\":".utf8) + data + "}".utf8]
    }

    private static func code(_ fault: Fault, _ request: [UInt8]) -> WebSocketCloseCode {
        switch fault.code {
        case "server.shutting_down": .goingAway
        case "server.overloaded": .tryAgainLater
        case "request.body" where !request[...].isJSONObject: .invalidPayload
        default: .normal
        }
    }
}
