/// What is to be run, from the JSON on stdin.
struct Payload: Equatable {
    struct File: Equatable {
        let name: String
        let content: [UInt8]

        /// The content of a source.
        var text: String { String(decoding: content, as: UTF8.self) }
    }

    /// One of several runs of what is built once. What it does not say is as the payload has it.
    struct Test: Decodable, Equatable {
        let stdin: String?
        let args: [String]?
        /// On stdout.
        let expected: String?
    }

    enum Instructions: Equatable {
        case language(String)
        /// Run alone, whatever the language.
        case command(String)
        case commands(build: [String], run: String)
    }

    /// What the server says of this run alone, in the member `docker-run`. Limits are only lowered, so that a client may say
    /// them too, except where people are waited for: whoever says that without the server has its limits all the same.
    struct ServerInstructions: Decodable, Equatable {
        /// Milliseconds for everything together.
        let maxTime: Int?
        /// Bytes of the result, and as many again of events.
        let maxOutput: Int?
        /// Whether events are wanted, see ``EventStream``. Then stdin may stay open behind the payload until the server has the
        /// result.
        let stream: Bool?
        /// Bytes of events, where there may be another number of them than of the result.
        let maxEvents: Int?
        /// Whether more will be said behind the payload, see ``Dialogue``.
        let interactive: Bool?

        /// With which a payload begins where the server has something to say.
        static let mark = Array("{\"docker-run\":".utf8)
    }

    let instructions: Instructions
    let files: [File]
    let stdin: String
    /// Of the program.
    let arguments: [String]
    /// Variables of the build and of the program.
    let environment: [String: String]
    /// For all build commands together; nil sets no limit beside that of everything.
    let buildTime: Duration?
    /// For the program alone.
    let runTime: Duration?
    /// Whether both outputs are wanted in one text too.
    let interleaves: Bool
    /// Names and patterns of the files that are to be returned; nil if none are asked for.
    let outputs: [String]?
    /// In place of the one run; nil if there are none.
    let tests: [Test]?
    let stopsOnFailure: Bool
    /// What the program has in place of pipes; nil if it has these.
    let terminal: TerminalSize?
    let server: ServerInstructions?
}

extension Payload {
    /// - Throws: ``Failure`` naming what no system takes: a NUL, before which it would stop reading, and a variable without a
    ///   name.
    func refuseWhatTheSystemDoesNotTake() throws(Failure) {
        for (name, text) in texts where text.utf8.contains(0) {
            throw Failure("cannot read the payload: \"\(name)\" contains a NUL")
        }
        for name in environment.keys where name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
            throw Failure("cannot read the payload: in \"env\", \"\(name)\" is no name of a variable")
        }
    }

    /// With the names of the members that they are in.
    private var texts: [(name: String, text: String)] {
        var texts = files.enumerated().map { ("files.\($0).name", $1.name) }
        switch instructions {
        case .language(let language): texts.append(("language", language))
        case .command(let command): texts.append(("command", command))
        case .commands(let build, let run):
            texts += build.enumerated().map { ("runInstructions.buildCommands.\($0)", $1) }
            texts.append(("runInstructions.runCommand", run))
        }
        texts += arguments.enumerated().map { ("args.\($0)", $1) }
        texts += (outputs ?? []).enumerated().map { ("outputs.\($0)", $1) }
        for (index, test) in (tests ?? []).enumerated() {
            texts += (test.args ?? []).enumerated().map { ("tests.\(index).args.\($0)", $1) }
        }
        texts += environment.flatMap { [("env", $0), ("env.\($0)", $1)] }
        return texts
    }
}
