/// What code-runner is told of the server's limits, so that a run which goes beyond them still has a result, cut short,
/// before the server ends it without one. Other programs do not know the variables.
struct CodeRunnerLimits {
    let environment: [String]

    init(_ limits: RunSettings) {
        // All of it: the server waits a moment longer, see RunTime.
        environment = [
            "CODE_RUNNER_MAX_OUTPUT=\(limits.maxOutputSize)",
            "CODE_RUNNER_MAX_TIME=\(limits.maxExecutionTime * 1000)",
        ]
    }
}
