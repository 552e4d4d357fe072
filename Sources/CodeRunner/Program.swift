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

    /// - Throws: ``Failure`` for a language that is not known or takes no arguments, files that are missing, and one that is
    ///   there twice.
    init(_ payload: Payload, hasTool: (String) -> Bool) throws(Failure) {
        try FileName.refuseDuplicates(payload.files.map(\.name))
        files = payload.files
        stdin = Array(payload.stdin.utf8)
        arguments = payload.arguments
        environment = payload.environment
        switch payload.instructions {
        case .command(let command):
            (build, run) = ([], command)
        case .commands(let buildCommands, let runCommand):
            (build, run) = (buildCommands, runCommand)
        case .language(let name):
            guard !payload.files.isEmpty else { throw Failure("there are no files") }
            guard let language = Language.named(name) else { throw Failure("the language \"\(name)\" is not known") }
            guard arguments.isEmpty || language.takesArguments else {
                throw Failure("programs in the language \"\(name)\" take no arguments")
            }
            (build, run) = language.commands(
                for: payload.files, hasArguments: !arguments.isEmpty, hasTool: hasTool)
        }
    }
}
