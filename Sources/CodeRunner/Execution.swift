/// A run in its directory, under its limits: what the image has ready is unpacked, the files are written over it, and the
/// program is built and run.
struct Execution {
    let workspace: Workspace
    let limits: Limits
    let descendants: Descendants
    private let deadline: ContinuousClock.Instant?

    /// The time begins now.
    init(in workspace: Workspace, _ limits: Limits) throws(Failure) {
        self.workspace = workspace
        self.limits = limits
        descendants = try Descendants()
        deadline = limits.time.map { .now + $0 }
    }

    /// What fails ends it, and is the result.
    ///
    /// - Throws: ``Failure`` if a file cannot be written, or no process started.
    func result(of program: Program) throws(Failure) -> RunResult {
        if let bootstrap = workspace.bootstrapCommand {
            let outcome = try run(bootstrap, environment: [:])
            guard outcome.end == .exited(0) else { return RunResult(outcome, build: nil, limits) }
        }
        try workspace.write(program.files)
        var build: BuildOutcome?
        for text in program.build {
            let outcome = try run(text, environment: program.environment)
            guard outcome.end == .exited(0) else { return RunResult(outcome, build: build, limits) }
            build = build?.followed(by: outcome) ?? BuildOutcome(outcome)
        }
        let outcome = try run(
            program.run, arguments: program.arguments, environment: program.environment, stdin: program.stdin)
        return RunResult(outcome, build: build, limits)
    }

    private func run(
        _ text: String, arguments: [String] = [], environment: [String: String], stdin: [UInt8] = []
    ) throws(Failure) -> Command.Outcome {
        try Command(
            text: text, arguments: arguments, environment: environment, directory: workspace.path, stdin: stdin,
            outputLimit: limits.output, deadline: deadline
        ).run(descendants)
    }
}

/// Build commands that succeeded, one after the other.
struct BuildOutcome {
    private(set) var stdout: BoundedOutput
    private(set) var stderr: BoundedOutput
    /// Nanoseconds.
    private(set) var duration: Int

    init(_ outcome: Command.Outcome) {
        (stdout, stderr, duration) = (outcome.stdout, outcome.stderr, outcome.duration)
    }

    func followed(by outcome: Command.Outcome) -> BuildOutcome {
        var both = self
        both.stdout.append(outcome.stdout)
        both.stderr.append(outcome.stderr)
        both.duration += outcome.duration
        return both
    }
}
