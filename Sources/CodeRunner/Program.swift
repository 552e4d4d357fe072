/// The commands of a payload: those that build, and the one that runs.
struct Program {
    let build: [String]
    let run: String
    let stdin: [UInt8]

    /// - Throws: ``Failure`` for a language that is not known, or files that are missing.
    init(_ payload: Payload, hasTool: (String) -> Bool) throws(Failure) {
        stdin = Array(payload.stdin.utf8)
        switch payload.instructions {
        case .command(let command):
            (build, run) = ([], command)
        case .commands(let buildCommands, let runCommand):
            (build, run) = (buildCommands, runCommand)
        case .language(let name):
            guard !payload.files.isEmpty else { throw Failure("there are no files") }
            guard let language = Language.named(name) else { throw Failure("the language \"\(name)\" is not known") }
            (build, run) = language.commands(for: payload.files.map(\.name), hasTool: hasTool)
        }
    }

    /// Runs the build commands in order, as long as they succeed, and then the program.
    ///
    /// - Parameter bootstrap: a command that comes before them and is not part of the result, unless it fails.
    func execute(in workspace: Workspace, limits: Limits) throws(Failure) -> RunResult {
        let deadline = limits.time.map { ContinuousClock.now + $0 }
        var builds: [Command.Outcome] = []
        for (index, text) in ([workspace.bootstrapCommand].compactMap(\.self) + build).enumerated() {
            let outcome = try command(text, workspace, [], limits, deadline).run()
            if outcome.end != .exited(0) { return result(of: outcome, builds, limits) }
            if workspace.bootstrapCommand == nil || index > 0 { builds.append(outcome) }
        }
        return result(of: try command(run, workspace, stdin, limits, deadline).run(), builds, limits)
    }

    private func command(
        _ text: String, _ workspace: Workspace, _ stdin: [UInt8], _ limits: Limits, _ deadline: ContinuousClock.Instant?
    ) -> Command {
        Command(text: text, directory: workspace.path, stdin: stdin, outputLimit: limits.output, deadline: deadline)
    }

    /// Cut down until it fits: JSON may need up to six bytes for one of the output.
    private func result(of outcome: Command.Outcome, _ builds: [Command.Outcome], _ limits: Limits) -> RunResult {
        var limit = limits.output
        while true {
            let result = result(of: outcome, builds, limits, textLimit: limit)
            guard limit > 256, result.encoded().count > limits.output else { return result }
            limit = limit * 2 / 3
        }
    }

    private func result(
        of outcome: Command.Outcome, _ builds: [Command.Outcome], _ limits: Limits, textLimit: Int
    ) -> RunResult {
        var result = RunResult(
            stdout: outcome.stdout.text(limit: textLimit), stderr: outcome.stderr.text(limit: textLimit), error: "",
            duration: outcome.duration, cpuTime: outcome.cpuTime, memoryPeak: outcome.memoryPeak)
        switch outcome.end {
        case .exited(0): result.exitCode = 0
        case .exited(let code): (result.exitCode, result.error) = (code, "Exit code: \(code)")
        case .signalled(let signal):
            (result.signal, result.error) = (signal, "Killed by signal \(signal)\(Signal.name(signal))")
        case .timedOut: result.error = "Time limit exceeded (\(limits.time.map { "\($0)" } ?? ""))"
        }
        if !builds.isEmpty {
            result.build = RunResult.Build(
                stdout: builds.map { $0.stdout.text(limit: textLimit) }.joined(),
                stderr: builds.map { $0.stderr.text(limit: textLimit) }.joined(),
                duration: builds.map(\.duration).reduce(0, +))
        }
        return result
    }
}
