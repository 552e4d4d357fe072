import DockerRun
import Foundation
import HTTP

@testable import Facades

/// A façade without a server: what it makes of a request, and what it answers for a run's result.
struct FacadeUnderTest {
    let facade: any Facade

    static let languages: [Language] = {
        func language(_ name: String, _ version: String, _ mainFile: String, _ aliases: [String]) -> Language {
            var language = Language(name, image: "docker-run/\(name):latest")
            (language.version, language.mainFile, language.aliases) = (version, mainFile, aliases)
            return language
        }
        var data = language("python-data", "3.11.2", "main.py", [])
        data.runnerLanguage = "python"
        return [
            language("c", "12.2.0", "main.c", ["gcc"]), language("cpp", "12.2", "main.cpp", ["c++", "g++"]),
            language("javascript", "18.19.0", "main.js", ["js", "node"]),
            language("python", "3.11.2", "main.py", ["py"]),
            data,
        ]
    }()

    func request(_ body: String, _ headers: [(String, String)] = []) -> FacadeRequest {
        var fields = Headers()
        for (name, value) in headers { fields.append(name, value) }
        return FacadeRequest(
            headers: fields, body: Array(body.utf8), limits: FacadeLimits(executionTime: 8, memory: 500_000_000)
        ) { Self.languages }
    }

    func post(_ path: String, _ body: String, _ headers: [(String, String)] = []) throws -> Translation {
        for route in facade.routes where route.path == path {
            if case .posted(let translate) = route.answer { return try translate(request(body, headers)) }
        }
        throw NoSuchRoute()
    }

    func get(_ path: String) throws -> Reply {
        for route in facade.routes where route.path == path {
            if case .got(let answer) = route.answer { return Reply(try answer(request(""))) }
        }
        throw NoSuchRoute()
    }

    /// The answer to what is no run.
    func answer(_ path: String, _ body: String, _ headers: [(String, String)] = []) throws -> Reply {
        guard case .answer(let response, _) = try post(path, body, headers) else { throw IsRun() }
        return Reply(response)
    }

    /// What is a run.
    func run(_ path: String, _ body: String, _ headers: [(String, String)] = []) throws -> TranslatedRun {
        switch try post(path, body, headers) {
        case .run(let run): return run
        case .answer(let response, _): throw IsNoRun(answer: Reply(response).text)
        }
    }

    struct NoSuchRoute: Error {}
    struct IsRun: Error {}
    struct IsNoRun: Error { let answer: String }
}

struct Reply {
    let status: Int
    let text: String

    init(_ response: Response) {
        status = response.status
        if case .bytes(let bytes) = response.body { text = String(decoding: bytes, as: UTF8.self) } else { text = "" }
    }

    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:] }
    var list: [[String: Any]] { (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [[String: Any]] ?? [] }
}

extension TranslatedRun {
    /// - Parameter result: what the runner printed.
    func reply(_ result: String) -> Reply { Reply(answer(.success(Array(result.utf8)[...]))) }

    func reply(_ fault: Fault) -> Reply { Reply(answer(.failure(fault))) }

    var payload: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(request.payload))) as? [String: Any] ?? [:]
    }

    var files: [[String: String]] { payload["files"] as? [[String: String]] ?? [] }
}

extension Fault {
    static let overloaded = Fault(status: 503, code: "server.overloaded", message: "busy")
    static let broken = Fault(status: 500, code: "docker.unixsocket", message: "no engine")
    static let timeOver = Fault(status: 400, code: "limits.execution_time", message: "time is over")
    static let memory = Fault(status: 400, code: "limits.memory", message: "memory is used up")
    static let badName = Fault(
        status: 500, code: "coderunner.stderr",
        message: "Code runner failed with the following message: code-runner: the file name \"../x\" leads out\n")
}
