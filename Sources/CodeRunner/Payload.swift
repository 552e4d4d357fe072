internal import FoundationEssentials

/// What is to be run, from the JSON on stdin: version 1 names a language, version 2 says the commands itself. Members that
/// are not known are ignored.
struct Payload: Equatable {
    struct File: Equatable {
        let name: String
        let content: [UInt8]

        /// The content of a source.
        var text: String { String(decoding: content, as: UTF8.self) }
    }

    enum Instructions: Equatable {
        case language(String)
        /// Run alone, whatever the language.
        case command(String)
        case commands(build: [String], run: String)
    }

    /// What the server says of this run alone, in the member `docker-run`. It only lowers, so that a client may say it too.
    struct ServerLimits: Decodable, Equatable {
        /// Milliseconds for everything together.
        let maxTime: Int?
        /// Bytes of the result.
        let maxOutput: Int?
    }

    let instructions: Instructions
    let files: [File]
    let stdin: String
    /// Of the program.
    let arguments: [String]
    /// Variables of the build and of the program.
    let environment: [String: String]
    let limits: ServerLimits?

    /// - Throws: ``Failure`` saying what is wrong with it.
    init(json: [UInt8]) throws(Failure) {
        var json = json
        LoneSurrogates.replace(in: &json)
        let data = Data(json)
        let decoder = JSONDecoder()
        let input: Input
        do {
            let payload = try decoder.decode(Version1.self, from: data)
            instructions = payload.instructions
            input = payload.input
        } catch let first {
            // Version 1 wins if both fit, and tells what is wrong if neither does.
            guard let payload = try? decoder.decode(Version2.self, from: data) else {
                throw Failure("cannot read the payload: \(Self.reason(first))")
            }
            let commands = payload.runInstructions
            instructions = .commands(build: commands.buildCommands, run: commands.runCommand)
            input = payload.input
        }
        var files: [File] = []
        for file in input.files { files.append(try file.decoded()) }
        self.files = files
        stdin = input.stdin ?? ""
        arguments = input.args ?? []
        environment = input.env ?? [:]
        limits = input.limits
        try refuseNUL()
        for name in environment.keys where name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
            throw Failure("cannot read the payload: in \"env\", \"\(name)\" is no name of a variable")
        }
    }

    /// The system would take what is before it for all of the text.
    private func refuseNUL() throws(Failure) {
        var texts = files.enumerated().map { ("files.\($0).name", $1.name) }
        switch instructions {
        case .language(let language): texts.append(("language", language))
        case .command(let command): texts.append(("command", command))
        case .commands(let build, let run):
            texts += build.enumerated().map { ("runInstructions.buildCommands.\($0)", $1) }
            texts.append(("runInstructions.runCommand", run))
        }
        texts += arguments.enumerated().map { ("args.\($0)", $1) }
        texts += environment.flatMap { [("env", $0), ("env.\($0)", $1)] }
        for (name, text) in texts where text.utf8.contains(0) {
            throw Failure("cannot read the payload: \"\(name)\" contains a NUL")
        }
    }

    private struct Version1: Decodable {
        let instructions: Instructions
        let input: Input

        private enum Key: String, CodingKey {
            case language, command
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Key.self)
            let language = try members.decode(String.self, forKey: .language)
            let command = try members.decodeIfPresent(String.self, forKey: .command) ?? ""
            instructions = command.isEmpty ? .language(language) : .command(command)
            input = try Input(from: decoder)
        }
    }

    private struct Version2: Decodable {
        struct RunInstructions: Decodable {
            let buildCommands: [String]
            let runCommand: String
        }

        let runInstructions: RunInstructions
        let input: Input

        private enum Key: String, CodingKey {
            case runInstructions
        }

        init(from decoder: any Decoder) throws {
            runInstructions = try decoder.container(keyedBy: Key.self)
                .decode(RunInstructions.self, forKey: .runInstructions)
            input = try Input(from: decoder)
        }
    }

    /// What both versions have.
    private struct Input: Decodable {
        struct File: Decodable {
            let name: String
            let content: String
            let encoding: String?

            func decoded() throws(Failure) -> Payload.File {
                switch encoding ?? "utf8" {
                case "utf8": return .init(name: name, content: Array(content.utf8))
                case "base64":
                    // Foundation lets some pads pass that are not at the end.
                    let end = content.utf8.drop { $0 != UInt8(ascii: "=") }
                    guard end.allSatisfy({ $0 == UInt8(ascii: "=") }), let bytes = Data(base64Encoded: content) else {
                        throw Failure("the content of the file \"\(name)\" is not base64 (RFC 4648, section 4)")
                    }
                    return .init(name: name, content: Array(bytes))
                case let other:
                    throw Failure(
                        "the encoding \"\(other)\" of the file \"\(name)\" is not known: it is utf8 or base64")
                }
            }
        }

        let files: [File]
        let stdin: String?
        let args: [String]?
        let env: [String: String]?
        let limits: ServerLimits?

        private enum CodingKeys: String, CodingKey {
            case files, stdin, args, env
            case limits = "docker-run"
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" is not of the right kind"
        default: "it is not JSON"
        }
    }
}
