internal import FoundationEssentials

/// What is to be run, from the JSON on stdin: version 1 names a language, version 2 says the commands itself. Members that
/// are not known are ignored.
struct Payload: Equatable {
    struct File: Decodable, Equatable {
        let name: String
        let content: String
    }

    enum Instructions: Equatable {
        case language(String)
        /// Run alone, whatever the language.
        case command(String)
        case commands(build: [String], run: String)
    }

    let instructions: Instructions
    let files: [File]
    let stdin: String

    /// - Throws: ``Failure`` saying what is wrong with it.
    init(json: [UInt8]) throws(Failure) {
        var json = json
        LoneSurrogates.replace(in: &json)
        let data = Data(json)
        let decoder = JSONDecoder()
        do {
            self.init(try decoder.decode(Version1.self, from: data))
        } catch let first {
            // Version 1 wins if both fit, and tells what is wrong if neither does.
            guard let version2 = try? decoder.decode(Version2.self, from: data) else {
                throw Failure("cannot read the payload: \(Self.reason(first))")
            }
            self.init(version2)
        }
        try refuseNUL()
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
        for (name, text) in texts where text.utf8.contains(0) {
            throw Failure("cannot read the payload: \"\(name)\" contains a NUL")
        }
    }

    private struct Version1: Decodable {
        let language: String
        let files: [File]
        let stdin: String?
        let command: String?
    }

    private struct Version2: Decodable {
        struct RunInstructions: Decodable {
            let buildCommands: [String]
            let runCommand: String
        }

        let runInstructions: RunInstructions
        let files: [File]
        let stdin: String?
    }

    private init(_ payload: Version1) {
        if let command = payload.command, !command.isEmpty {
            instructions = .command(command)
        } else {
            instructions = .language(payload.language)
        }
        files = payload.files
        stdin = payload.stdin ?? ""
    }

    private init(_ payload: Version2) {
        instructions = .commands(
            build: payload.runInstructions.buildCommands, run: payload.runInstructions.runCommand)
        files = payload.files
        stdin = payload.stdin ?? ""
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
