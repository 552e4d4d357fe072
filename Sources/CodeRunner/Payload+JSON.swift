internal import FoundationEssentials

extension Payload {
    /// Version 1 names a language, version 2 says the commands itself. Members that are not known are ignored.
    ///
    /// - Throws: ``Failure`` saying what is wrong with it.
    init(json: [UInt8]) throws(Failure) {
        var json = json
        LoneSurrogates.replace(in: &json)
        let data = Data(json)
        let decoder = JSONDecoder()
        do {
            let payload = try decoder.decode(Version1.self, from: data)
            try self.init(payload.instructions, payload.input)
        } catch let failure as Failure {
            throw failure
        } catch let first {
            // Version 1 wins if both fit, and tells what is wrong if neither does.
            do {
                let payload = try decoder.decode(Version2.self, from: data)
                let commands = payload.runInstructions
                try self.init(.commands(build: commands.buildCommands, run: commands.runCommand), payload.input)
            } catch let failure as Failure {
                throw failure
            } catch {
                let isVersion2 = Self.isMissing("language", first) && !Self.isMissing("runInstructions", error)
                throw Failure("cannot read the payload: \(Self.reason(isVersion2 ? error : first))")
            }
        }
    }

    private init(_ instructions: Instructions, _ input: Input) throws(Failure) {
        var files: [File] = []
        for file in input.files { files.append(try file.decoded()) }
        self.init(
            instructions: instructions, files: files, stdin: input.stdin ?? "", arguments: input.args ?? [],
            environment: input.env ?? [:], buildTime: try Self.duration("buildTime", input.buildTime),
            runTime: try Self.duration("runTime", input.runTime), interleaves: input.interleaved ?? false,
            outputs: input.outputs, tests: input.tests, stopsOnFailure: input.stopOnFailure ?? false,
            terminal: input.terminal, server: input.server)
        if let terminal, terminal.columns == 0 || terminal.rows == 0 {
            throw Failure("cannot read the payload: \"terminal\" has no columns, or no rows")
        }
        try refuseWhatTheSystemDoesNotTake()
    }

    private static func duration(_ member: String, _ seconds: Double?) throws(Failure) -> Duration? {
        guard let seconds else { return nil }
        guard seconds > 0 else { throw Failure("cannot read the payload: \"\(member)\" is not above 0") }
        // More is no limit, and would not fit into a Duration.
        return .seconds(min(seconds, 1_000_000_000))
    }

    private static func isMissing(_ member: String, _ error: any Error) -> Bool {
        guard case DecodingError.keyNotFound(let key, let context) = error else { return false }
        return key.stringValue == member && context.codingPath.isEmpty
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context): "\"\(path(context.codingPath + [key]))\" is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\"\(path(context.codingPath))\" is not of the right kind"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\"\(path(context.codingPath))\" is out of range"
        default: "it is not JSON"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { key in key.intValue.map { "\($0)" } ?? key.stringValue }.joined(separator: ".")
    }
}

private struct Version1: Decodable {
    let instructions: Payload.Instructions
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
                throw Failure("the encoding \"\(other)\" of the file \"\(name)\" is not known: it is utf8 or base64")
            }
        }
    }

    let files: [File]
    let stdin: String?
    let args: [String]?
    let env: [String: String]?
    let buildTime: Double?
    let runTime: Double?
    let interleaved: Bool?
    let outputs: [String]?
    let tests: [Payload.Test]?
    let stopOnFailure: Bool?
    let terminal: TerminalSize?
    let server: Payload.ServerInstructions?

    private enum CodingKeys: String, CodingKey {
        case files, stdin, args, env, buildTime, runTime, interleaved, outputs, tests, stopOnFailure, terminal
        case server = "docker-run"
    }
}
