/// What a payload asks for: files, the commands that build, and the one that runs, once or for each of several tests.
struct Program {
    /// What the command that runs gets.
    struct Input {
        let stdin: [UInt8]
        /// The shell's positional parameters.
        let arguments: [String]
    }

    struct Test {
        let input: Input
        let expected: ExpectedOutput?
    }

    let files: [Payload.File]
    let build: [String]
    let run: String
    let input: Input
    /// In place of the one run, if there are any.
    let tests: [Test]?
    /// Whether tests end with the first that fails.
    let stopsOnFailure: Bool
    /// Variables of all commands.
    let environment: [String: String]
    /// Of all build commands together, beside the limit of everything.
    let buildTime: Duration?
    /// Of the run, or of each test.
    let runTime: Duration?
    /// Of the terminal that the program has in place of pipes, if it has.
    let terminal: TerminalSize?
    /// Whether both outputs are wanted in one text too.
    let interleaves: Bool
    /// Of the files that are to be returned; nil if none are asked for.
    let outputs: [FilePattern]?

    static let maximumTests = 200

    /// - Throws: ``Failure`` for a language that is not known or takes no arguments, files that are missing, one that is
    ///   there twice, names of files to be returned that lead out of the directory, too many tests, and tests of a program
    ///   that somebody talks with.
    init(_ payload: Payload, hasTool: (String) -> Bool) throws(Failure) {
        try FileName.refuseDuplicates(payload.files.map(\.name))
        files = payload.files
        environment = payload.environment
        (buildTime, runTime, interleaves) = (payload.buildTime, payload.runTime, payload.interleaves)
        outputs = try payload.outputs?.map { name throws(Failure) in try FilePattern(name) }
        input = Input(stdin: Array(payload.stdin.utf8), arguments: payload.arguments)
        tests = payload.tests?.map { [input] in Test($0, input) }
        stopsOnFailure = payload.stopsOnFailure
        terminal = payload.terminal
        guard tests == nil || (terminal == nil && payload.server?.interactive != true) else {
            throw Failure("\"tests\" are of programs that have no terminal, and with which nobody talks")
        }
        guard tests?.count ?? 0 <= Self.maximumTests else {
            throw Failure("there are \(tests?.count ?? 0) tests, and may be \(Self.maximumTests)")
        }
        let takesArguments = (tests?.map(\.input) ?? [input]).contains { !$0.arguments.isEmpty }
        (build, run) = try Self.commands(payload, hasArguments: takesArguments, hasTool)
    }

    private static func commands(
        _ payload: Payload, hasArguments: Bool, _ hasTool: (String) -> Bool
    ) throws(Failure) -> (build: [String], run: String) {
        switch payload.instructions {
        case .command(let command): return ([], command)
        case .commands(let build, let run): return (build, run)
        case .language(let name):
            guard !payload.files.isEmpty else { throw Failure("there are no files") }
            guard let language = Language.named(name) else { throw Failure("the language \"\(name)\" is not known") }
            guard !hasArguments || language.takesArguments else {
                throw Failure("programs in the language \"\(name)\" take no arguments")
            }
            return language.commands(for: payload.files, hasArguments: hasArguments, hasTool: hasTool)
        }
    }
}

extension Program.Test {
    /// - Parameter input: what counts where the test says nothing.
    fileprivate init(_ test: Payload.Test, _ input: Program.Input) {
        self.init(
            input: .init(
                stdin: test.stdin.map { Array($0.utf8) } ?? input.stdin, arguments: test.args ?? input.arguments),
            expected: test.expected.map { ExpectedOutput($0) })
    }
}
