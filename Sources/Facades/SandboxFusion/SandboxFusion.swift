internal import DockerRun
public import HTTP

/// SandboxFusion, which trainers of models call for every answer of a model: `POST /run_code` and `GET /v1/ping`
/// (https://github.com/bytedance/SandboxFusion, sandbox/server/sandbox_api.py).
public struct SandboxFusion: Facade {
    public static let name = "sandboxfusion"
    public static let paths = ["/run_code", "/v1/ping"]

    public init() {}

    public var routes: [FacadeRoute] {
        [
            FacadeRoute("/run_code", .posted(Self.runCode)),
            FacadeRoute("/v1/ping", .got { _ in Response(compact: "pong") }),
        ]
    }

    /// As FastAPI says what is wrong.
    public func response(to fault: Fault) -> Response {
        Response(status: fault.status, compact: ["detail": fault.message])
    }

    private static func runCode(_ request: FacadeRequest) -> Translation {
        let languages: [Language]
        do throws(RunError) {
            languages = try request.languages()
        } catch {
            return .answer(Response(compact: RunCodeAnswer(sandboxError: "\(error)")), errorCode: error.code)
        }
        do throws(ValidationError) {
            let asked = try RunCodeRequest(json: request.body)
            guard let language = asked.languageNames.lazy.compactMap(languages.named).first else {
                throw .language(among: languages)
            }
            let paths = asked.fetchFiles
            return .run(TranslatedRun(try asked.run(language, request.limits)) { response($0, fetching: paths) })
        } catch {
            return .answer(error.response, errorCode: "request.body")
        }
    }

    /// - Parameter outcome: a fault that is the server's own makes clients ask again, up to five times.
    private static func response(
        _ outcome: Result<ArraySlice<UInt8>, Fault>, fetching paths: [String]
    ) -> Response {
        do throws(Fault) {
            return Response(compact: RunCodeAnswer(try ProgramResult(json: try outcome.get()), fetching: paths))
        } catch {
            if let reason = error.refusedByRunner { return ValidationError("value_error", [], reason).response }
            if error.isStruckLimit { return Response(compact: RunCodeAnswer(endedFor: error)) }
            if error.status == 503 { return SandboxFusion().response(to: error) }
            return Response(compact: RunCodeAnswer(sandboxError: error.message))
        }
    }
}

/// What FastAPI says of a body that is not as it has to be.
struct ValidationError: Error, Encodable {
    private var type: String
    private var loc: [ReadingFault.Step]
    private var msg: String

    init(_ type: String, _ path: [ReadingFault.Step], _ message: String) {
        self.type = type
        loc = [.member("body")] + path
        msg = message
    }

    init(_ fault: ReadingFault) {
        switch fault.kind {
        case .notJSON: self.init("json_invalid", [], "JSON decode error")
        case .missing: self.init("missing", fault.path, "Field required")
        case .wrongKind(let expected):
            let kind = Self.kinds.first { $0.type == expected }
            self.init("\(kind?.word ?? "value")_type", fault.path, "Input should be a valid \(kind?.name ?? "value")")
        case .outOfRange, .unknown: self.init("value_error", fault.path, "Input is out of range")
        }
    }

    private static let kinds: [(type: Any.Type, word: String, name: String)] = [
        (String.self, "string", "string"), (Double.self, "float", "number"), (Int.self, "int", "integer"),
        ([Any].self, "list", "list"), ([String: Any].self, "dict", "dictionary"),
    ]

    static func language(among languages: [Language]) -> ValidationError {
        let names = languages.map { "'\($0.language)'" }.joined(separator: ", ")
        return ValidationError("literal_error", [.member("language")], "Input should be one of \(names)")
    }

    var response: Response { Response(status: 422, compact: ["detail": [self]]) }
}
