/// What code-runner is told of the server's limits, so that a run which goes beyond them still has a result, cut short,
/// before the server ends it without one. Other programs do not know the variables.
struct CodeRunnerLimits {
    let environment: [String]

    init(_ limits: RunSettings) {
        // The server's time begins with the start of the container, which takes part of it.
        let total = limits.maxExecutionTime * 1000
        let milliseconds = max(total * 8 / 10, total - 1000)
        environment = [
            "CODE_RUNNER_MAX_OUTPUT=\(limits.maxOutputSize)", "CODE_RUNNER_MAX_TIME=\(milliseconds)",
        ]
    }
}
