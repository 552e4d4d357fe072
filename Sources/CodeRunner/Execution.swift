/// A run in its directory, under its limits: what the image has ready is unpacked, the files are written over it, and the
/// program is built and run.
struct Execution {
    let program: Program
    let workspace: Workspace
    let limits: Limits
    let timeLimit: TimeLimit?
    let descendants: Descendants
    let preludes: Preludes?
    /// Is told what happens as it happens, if somebody wants to know.
    let events: EventStream?
    /// What is said to the program while it runs, if somebody may.
    let dialogue: Dialogue?

    /// The time begins now.
    init(
        of program: Program, in workspace: Workspace, _ limits: Limits, _ descendants: Descendants,
        _ preludes: Preludes? = nil, _ events: EventStream? = nil, _ dialogue: Dialogue? = nil
    ) {
        self.events = events
        self.dialogue = dialogue
        self.program = program
        self.workspace = workspace
        self.limits = limits
        self.descendants = descendants
        self.preludes = preludes
        timeLimit = limits.time.map { TimeLimit($0) }
    }

    /// What fails ends it, and is the result, together with the files that are to be returned.
    ///
    /// - Throws: ``Failure`` if a file cannot be written, or no process started.
    func result() throws(Failure) -> RunResult {
        var result = try resultWithoutFiles()
        if let outputs = program.outputs {
            // A program that took all of the time has left files too. The server waits longer than this for an answer.
            let deadline = timeLimit.map { max($0.deadline, .now + .milliseconds(250)) }
            result.files = OutputFiles(outputs, in: workspace.path, limit: limits.output, until: deadline)
        }
        return result
    }

    private func resultWithoutFiles() throws(Failure) -> RunResult {
        if let bootstrap = workspace.bootstrapCommand {
            let outcome = try prepare(bootstrap, environment: [:], timeLimit)
            guard outcome.isSuccess else {
                return RunResult(run: outcome, tests: program.tests.map(TestResults.init(skipped:)))
            }
        }
        try workspace.write(program.files)
        let build = try build()
        if let failed = build?.last, !failed.isSuccess {
            return RunResult(run: failed, build: build?.all, tests: program.tests.map(TestResults.init(skipped:)))
        }
        events?.begin(stage: "run")
        if let tests = program.tests {
            let results = try self.results(of: tests)
            return RunResult(run: results.outcome, build: build?.all, tests: results)
        }
        return RunResult(run: try run(program.input, printed()), build: build?.all)
    }

    /// Up to the first that fails.
    private func build() throws(Failure) -> (all: CommandOutcome, last: CommandOutcome)? {
        let timeLimit = TimeLimit.sooner(timeLimit, program.buildTime.map { TimeLimit($0) })
        if !program.build.isEmpty { events?.begin(stage: "build") }
        var build: (all: CommandOutcome, last: CommandOutcome)?
        for text in program.build where build?.last.isSuccess ?? true {
            let outcome = try prepare(
                text, environment: program.environment, timeLimit, after: preludes?.take(text, .build))
            build = (build?.all.followed(by: outcome) ?? outcome, outcome)
        }
        return build
    }

    private func printed() -> PrintedOutput {
        PrintedOutput(limit: limits.output, interleaves: program.interleaves, events: events)
    }

    /// The program, once.
    func run(_ input: Program.Input, _ printed: PrintedOutput) throws(Failure) -> CommandOutcome {
        var environment = program.environment
        if program.terminal != nil && environment["TERM"] == nil { environment["TERM"] = "xterm" }
        return try Command(
            text: program.run, arguments: input.arguments, environment: environment, directory: workspace.path,
            input: dialogue?.input ?? StandardInput(input.stdin), terminal: program.terminal, printed: printed,
            timeLimit: .sooner(timeLimit, program.runTime.map { TimeLimit($0) }), events: events, dialogue: dialogue
        ).run(descendants, after: preludes?.take(program.run, .run))
    }

    private func prepare(
        _ text: String, environment: [String: String], _ timeLimit: TimeLimit?, after prelude: Prelude? = nil
    ) throws(Failure) -> CommandOutcome {
        try Command(
            text: text, environment: environment, directory: workspace.path, input: StandardInput([]),
            printed: printed(), timeLimit: timeLimit, events: events, dialogue: dialogue
        ).run(descendants, after: prelude)
    }
}
