import FoundationEssentials

@testable import CodeRunner

extension Target {
    /// What code-runner takes for a payload, FoundationEssentials reads in the same way, if at all, once there are no halves
    /// of surrogate pairs; and what makes one, encoded by FoundationEssentials, comes out as it was.
    static let payload = Target("payload") { bytes in
        // Its own message is all that a payload which is none may cause.
        guard let payload = try? Payload(json: .init(bytes)) else { return }
        let decoder = JSONDecoder()
        var whole = bytes
        LoneSurrogates.replace(in: &whole)
        if let first = try? decoder.decode(Version1.self, from: Data(whole)) {
            expect(first.files.isSame(as: payload.files), "other files")
            expect((first.stdin ?? "").isSame(as: payload.stdin), "another stdin")
        } else if let second = try? decoder.decode(Version2.self, from: Data(whole)) {
            let commands = Payload.Instructions.commands(
                build: second.runInstructions.buildCommands, run: second.runInstructions.runCommand)
            expect(payload.instructions == commands && second.files.isSame(as: payload.files), "another program")
        }
        checkEncoded(payload)
    }

    private static func checkEncoded(_ payload: Payload) {
        let files = payload.files.map {
            Version1.File(name: $0.name, content: Data($0.content).base64EncodedString(), encoding: "base64")
        }
        var version = Version1(language: "", files: files, stdin: payload.stdin)
        switch payload.instructions {
        case .language(let language): version.language = language
        case .command(let command): version.command = command
        case .commands: return
        }
        guard let encoded = try? JSONEncoder().encode(version), let again = try? Payload(json: .init(encoded)) else {
            fatalError("encoded, it is no payload")
        }
        let isSame =
            again.instructions == payload.instructions && again.files == payload.files && again.stdin == payload.stdin
        expect(isSame, "encoded, it is another payload")
    }
}

private struct Version1: Codable {
    struct File: Codable {
        var name: String
        var content: String
        var encoding: String?

        var bytes: [UInt8]? {
            encoding == "base64" ? Data(base64Encoded: content).map(Array.init) : Array(content.utf8)
        }
    }

    var language: String
    var files: [File]
    var stdin: String?
    var command: String?
}

private struct Version2: Decodable {
    struct RunInstructions: Decodable {
        let buildCommands: [String]
        let runCommand: String
    }

    let runInstructions: RunInstructions
    let files: [Version1.File]
}

extension [Version1.File] {
    fileprivate func isSame(as files: [Payload.File]) -> Bool {
        elementsEqual(files) { $0.name.isSame(as: $1.name) && $0.bytes == $1.content }
    }
}

extension String {
    fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
