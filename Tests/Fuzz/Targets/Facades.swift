import FoundationEssentials
import HTTP

@testable import DockerRun
@testable import Facades

extension Target {
    /// Whatever is sent to a façade, and whatever a runner prints for it, the answer is no fault of the server, and is JSON. The
    /// first byte says which façade is asked, and how.
    static let facades = Target("facades") { bytes in
        guard let first = bytes.first else { return }
        let (kind, body) = (Int(first), Array(bytes.dropFirst()))
        let piston = Piston(isStrict: kind > 127)
        let facade: any Facade = [MCP(version: "1"), piston, SandboxFusion()][kind % 3]
        for case .posted(let translate) in facade.routes.map(\.answer) {
            guard let translation = try? translate(request(body, isModern: kind > 63)) else {
                fatalError("no translation")
            }
            switch translation {
            case .answer(let response, _): check(response)
            case .run(let run): check(run, printing: Array(#"{"stdout":"a","exitCode":0}"#.utf8))
            }
            // Programs are hostile, and run where the runner's result is made.
            if case .run(let run) = try? translate(request(Array(programs[kind % 3].utf8), isModern: false)) {
                check(run, printing: body)
            }
        }
        checkDialogue(piston, body)
    }

    private static let programs = [
        #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run_code","arguments":{"language":"python","code":"","outputs":[]},"_meta":{"progressToken":1}}}"#,
        #"{"language":"python","version":"*","files":[{"content":""}],"compile_cpu_time":5}"#,
        #"{"language":"python","code":"","fetch_files":["a"]}"#,
    ]

    /// - Parameter isModern: with the headers that a modern call of a tool has.
    private static func request(_ body: [UInt8], isModern: Bool) -> FacadeRequest {
        var headers = Headers()
        headers.append("Accept", "application/json, text/event-stream")
        if isModern {
            headers.append("MCP-Protocol-Version", "2026-07-28")
            headers.append("Mcp-Method", "tools/call")
            headers.append("Mcp-Name", "run_code")
        }
        return FacadeRequest(headers: headers, body: body, limits: FacadeLimits(executionTime: 8, memory: 1 << 29)) {
            var language = Language("python", image: "python")
            (language.version, language.mainFile, language.aliases) = ("3.11.2", "main.py", ["py"])
            return [language]
        }
    }

    private static func check(_ response: Response, isFault: Bool = false) {
        expect(response.status < 500 || isFault, "status \(response.status)")
        guard case .bytes(let body) = response.body else { fatalError("no bytes") }
        expect(response.status == 202 ? body.isEmpty : body.isJSONObject, "\(body.text) is no JSON")
    }

    private static func check(_ run: TranslatedRun, printing result: [UInt8]) {
        expect(run.request.payload.isJSONObject, "the payload is none")
        expect(run.request.image.utf8.elementsEqual("python".utf8), "another image")
        check(run.answer(.success(result[...])), isFault: true)
        for code in ["limits.memory", "coderunner.stderr", "server.overloaded"] {
            let fault = Fault(status: 500, code: code, message: "code-runner: \(result.text)")
            check(run.answer(.failure(fault)), isFault: true)
        }
        for name in RunnerEvent.Name.allCases {
            let event = run.event?(.runner(RunnerEvent(name: name, value: result)))
            if let event { expect(event[...].isJSONObject, "\(event.text) is no JSON") }
        }
    }

    private static func checkDialogue(_ piston: Piston, _ body: [UInt8]) {
        for case .dialogue(let begin) in piston.routes.map(\.answer) {
            let dialogue = begin(request([], isModern: false))
            _ = try? dialogue.request(body)
            _ = try? dialogue.word(body)
            var messages = RunnerEvent.Name.allCases.flatMap {
                dialogue.messages(.runner(RunnerEvent(name: $0, value: body)))
            }
            messages += dialogue.end(.success(body[...]), of: body).messages
            for message in messages { expect(message[...].isJSONObject, "\(message.text) is no JSON") }
        }
    }
}
