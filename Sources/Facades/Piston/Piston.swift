internal import DockerRun
public import HTTP

/// Piston's API, version 2, at its own paths and at those of its public service
/// (https://github.com/engineer-man/piston, docs/api-v2.md and api/src/api/v2.js).
public struct Piston: Facade {
    public static let name = "piston"
    public static let paths = ["/api/v2"]
    public static let takesBareToken = true

    private let isStrict: Bool

    /// - Parameter isStrict: a language is there only in the versions that were asked for, and not, as for clients that still ask
    ///   for those of the public service, in the one that there is.
    public init(isStrict: Bool) {
        self.isStrict = isStrict
    }

    public var routes: [FacadeRoute] {
        ["/api/v2", "/api/v2/piston"].flatMap { prefix in
            [
                FacadeRoute("\(prefix)/runtimes", .got(Self.runtimes)),
                FacadeRoute("\(prefix)/packages", .got(Self.packages)),
                FacadeRoute(
                    "\(prefix)/execute", .posted { [self] request throws(RunError) in try execute(request) }),
                FacadeRoute("\(prefix)/connect", .dialogue { [isStrict] in PistonDialogue($0, isStrict: isStrict) }),
            ]
        }
    }

    public func response(to fault: Fault) -> Response {
        let message = fault.status == 404 ? "Not Found" : fault.message
        return Response(status: fault.status, compact: ["message": message])
    }

    private static func runtimes(_ request: FacadeRequest) throws(RunError) -> Response {
        Response(compact: try request.languages().map(PistonRuntime.init))
    }

    private static func packages(_ request: FacadeRequest) throws(RunError) -> Response {
        struct Package: Encodable {
            let language: String
            let version: String
            let installed = true

            private enum CodingKeys: String, CodingKey {
                case language
                case version = "language_version"
                case installed
            }
        }
        return Response(
            compact: try request.languages().map(PistonRuntime.init)
                .map { Package(language: $0.language, version: $0.version) })
    }

    private func execute(_ request: FacadeRequest) throws(RunError) -> Translation {
        let languages = try request.languages()
        do throws(PistonRefusal) {
            let job = try PistonJob(json: request.body, languages, request.limits, isStrict: isStrict)
            return .run(TranslatedRun(job.request) { [self, verdict = job.verdict] in response(verdict, $0) })
        } catch {
            let fault = Fault(status: 400, code: "request.body", message: error.message)
            return .answer(response(to: fault), errorCode: fault.code)
        }
    }

    private func response(_ job: PistonJob.Verdict, _ outcome: Result<ArraySlice<UInt8>, Fault>) -> Response {
        do throws(Fault) {
            return Response(compact: PistonAnswer(job, try ProgramResult(json: try outcome.get())))
        } catch {
            if error.isStruckLimit { return Response(compact: PistonAnswer(job, endedFor: error)) }
            guard let reason = error.refusedByRunner else { return response(to: error) }
            return response(to: Fault(status: 400, code: "request.body", message: reason))
        }
    }
}

/// A language as Piston's clients know it.
struct PistonRuntime: Encodable, Sendable {
    let language: String
    /// Always three numbers.
    let version: String
    let aliases: [String]

    init(_ language: Language) {
        let name = Self.names[language.language] ?? language.language
        self.language = name
        version = VersionTriple(language.version ?? "").text
        let all = [language.language] + language.aliases + (Self.aliases[name] ?? [])
        aliases = all.filter { !$0.utf8.elementsEqual(name.utf8) }.withoutRepetitions
    }

    func isCalled(_ name: String) -> Bool {
        ([language] + aliases).contains { $0.utf8.elementsEqual(name.utf8) }
    }

    /// Those that are not as the images call them.
    private static let names = ["cpp": "c++"]

    /// What Piston's packages have beside the aliases of the images.
    private static let aliases = [
        "javascript": ["node-javascript", "node-js", "js"], "typescript": ["ts", "node-ts", "tsc"],
        "python": ["py", "py3", "python3"], "csharp": ["mono", "mono-csharp", "c#", "cs"], "rust": ["rs"],
        "ruby": ["ruby3", "rb"], "kotlin": ["kt"], "haskell": ["hs"], "perl": ["pl"], "bash": ["sh"], "scala": ["sc"],
        "julia": ["jl"], "go": ["golang"], "c": ["gcc"], "c++": ["g++"],
    ]
}

extension [String] {
    fileprivate var withoutRepetitions: [String] {
        reduce(into: []) { kept, text in
            if !kept.contains(where: { $0.utf8.elementsEqual(text.utf8) }) { kept.append(text) }
        }
    }
}
