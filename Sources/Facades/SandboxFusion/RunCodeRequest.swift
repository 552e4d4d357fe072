internal import Bytes
internal import DockerRun
internal import FoundationEssentials

/// The body of `POST /run_code`. What is not there is as SandboxFusion has it.
struct RunCodeRequest: Decodable, Sendable {
    /// Seconds.
    let compileTimeout: Double
    let runTimeout: Double
    let memoryLimit: Int
    let code: String
    let stdin: String?
    let language: String
    /// Base64; null is no file.
    let files: [String: String?]
    let fetchFiles: [String]
    let args: [String]

    private enum CodingKeys: String, CodingKey {
        case compileTimeout = "compile_timeout"
        case runTimeout = "run_timeout"
        case memoryLimit = "memory_limit_MB"
        case code, stdin, language, files
        case fetchFiles = "fetch_files"
        case args
    }

    init(json: [UInt8]) throws(ValidationError) {
        do throws(ReadingFault) {
            self = try ReadingFault.read(RunCodeRequest.self, json)
        } catch {
            throw ValidationError(error)
        }
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        // One that is null is wrong where pydantic says so.
        func value<Value: Decodable>(_ key: CodingKeys, or usual: Value) throws -> Value {
            members.contains(key) ? try members.decode(Value.self, forKey: key) : usual
        }
        compileTimeout = try value(.compileTimeout, or: 10)
        runTimeout = try value(.runTimeout, or: 10)
        memoryLimit = try value(.memoryLimit, or: -1)
        code = try members.decode(String.self, forKey: .code)
        stdin = try members.decodeIfPresent(String.self, forKey: .stdin)
        language = try members.decode(String.self, forKey: .language)
        files = try value(.files, or: [:])
        fetchFiles = try value(.fetchFiles, or: [])
        args = try value(.args, or: [])
    }

    /// What the catalog may call it. Modes that are more than a language, such as `pytest`, are none of it.
    var languageNames: [String] {
        let others = ["nodejs": "javascript", "R": "r", "D_ut": "d", "kotlin_script": "kotlin"]
        return [language] + [others[language]].compactMap(\.self)
    }

    /// - Throws: ``ValidationError`` for a value that there cannot be.
    func run(_ language: Language, _ limits: FacadeLimits) throws(ValidationError) -> RunRequest {
        for (name, timeout) in [("compile_timeout", compileTimeout), ("run_timeout", runTimeout)] where timeout <= 0 {
            throw ValidationError("greater_than", [.member(name)], "Input should be greater than 0")
        }
        let main = ProgramPayload.File(name: language.mainFile ?? "main", content: code)
        var program = ProgramPayload(language, files: [main] + additionalFiles)
        program.stdin = stdin
        program.args = args.isEmpty ? nil : args
        program.buildTime = min(compileTimeout, limits.executionTime)
        program.runTime = min(runTimeout, limits.executionTime)
        let outputs = fetchFiles.compactMap(Self.nameBelow)
        program.outputs = outputs.isEmpty ? nil : outputs
        // So many terabytes are as good as no limit.
        let memory = (1...Int.max >> 20).contains(memoryLimit) ? memoryLimit << 20 : nil
        return program.request(language, memory: limits.memory(asked: memory))
    }

    /// In an order that does not change.
    private var additionalFiles: [ProgramPayload.File] {
        files.compactMap { name, content in
            content.map { ProgramPayload.File(name: name, content: $0, encoding: "base64") }
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Files outside of the directory of the program are as files that it has not made: they are not fetched.
    static func nameBelow(_ path: String) -> String? {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
        let leadsOut = path.utf8.first == UInt8(ascii: "/") || parts.contains { $0.elementsEqual("..".utf8) }
        guard !leadsOut, !parts.isEmpty else { return nil }
        return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }
}
