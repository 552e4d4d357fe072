/// What a payload asks for: files, the commands that build, and the one that runs.
struct Program {
    let files: [Payload.File]
    let build: [String]
    let run: String
    let stdin: [UInt8]
    /// The positional parameters of the command that runs.
    let arguments: [String]
    /// Variables of all commands.
    let environment: [String: String]
    /// Of all build commands together, beside the limit of everything.
    let buildTime: Duration?
    let runTime: Duration?
    /// Whether both outputs are wanted in one text too.
    let interleaves: Bool
    /// Of the files that are to be returned; nil if none are asked for.
    let outputs: [FilePattern]?

    /// - Throws: ``Failure`` for a language that is not known or takes no arguments, files that are missing, one that is
    ///   there twice, and names of files to be returned that lead out of the directory.
    init(_ payload: Payload, hasTool: (String) -> Bool) throws(Failure) {
        try FileName.refuseDuplicates(payload.files.map(\.name))
        files = payload.files
        stdin = Array(payload.stdin.utf8)
        arguments = payload.arguments
        environment = payload.environment
        (buildTime, runTime, interleaves) = (payload.buildTime, payload.runTime, payload.interleaves)
        var outputs: [FilePattern]?
        if let names = payload.outputs {
            outputs = []
            for name in names { outputs?.append(try FilePattern(name)) }
        }
        self.outputs = outputs
        (build, run) = try Self.commands(payload, hasTool)
    }

    private static func commands(
        _ payload: Payload, _ hasTool: (String) -> Bool
    ) throws(Failure) -> (build: [String], run: String) {
        switch payload.instructions {
        case .command(let command): return ([], command)
        case .commands(let build, let run): return (build, run)
        case .language(let name):
            guard !payload.files.isEmpty else { throw Failure("there are no files") }
            guard let language = Language.named(name) else { throw Failure("the language \"\(name)\" is not known") }
            let hasArguments = !payload.arguments.isEmpty
            guard !hasArguments || language.takesArguments else {
                throw Failure("programs in the language \"\(name)\" take no arguments")
            }
            return language.commands(for: payload.files, hasArguments: hasArguments, hasTool: hasTool)
        }
    }
}
