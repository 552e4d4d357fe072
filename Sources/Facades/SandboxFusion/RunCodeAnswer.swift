/// The answer of `POST /run_code`. Clients take it for wrong if a member has a value that they do not know.
struct RunCodeAnswer: Encodable {
    enum Status: String, Encodable {
        case success = "Success"
        case failed = "Failed"
        /// Clients ask again.
        case sandboxError = "SandboxError"
    }

    struct Command: Encodable {
        enum Status: String, Encodable {
            case finished = "Finished"
            case timeLimitExceeded = "TimeLimitExceeded"
        }

        var status: Status
        /// Seconds.
        let executionTime: OrNull<Double>
        let returnCode: OrNull<Int>
        var stdout: String
        var stderr: String

        private enum CodingKeys: String, CodingKey {
            case status
            case executionTime = "execution_time"
            case returnCode = "return_code"
            case stdout, stderr
        }

        init(_ stage: ProgramResult.Stage) {
            status = stage.isTimeOver ? .timeLimitExceeded : .finished
            executionTime = OrNull(stage.duration.map { $0 / 1e9 })
            // As Python has it, of a process that a signal has ended.
            returnCode = OrNull(stage.signal.map { -$0 } ?? stage.status)
            (stdout, stderr) = (stage.stdout, stage.stderr)
        }
    }

    var status: Status
    var message = ""
    var compileResult = OrNull<Command>(nil)
    var runResult = OrNull<Command>(nil)
    let executorPodName = OrNull<String>(nil)
    /// Base64, by the names that were asked for.
    var files: [String: String] = [:]

    private enum CodingKeys: String, CodingKey {
        case status, message
        case compileResult = "compile_result"
        case runResult = "run_result"
        case executorPodName = "executor_pod_name"
        case files
    }

    init(_ result: ProgramResult, fetching paths: [String]) {
        status = result.run.isSuccess ? .success : .failed
        compileResult = OrNull(result.build.map(Command.init))
        runResult = OrNull(result.buildFailed ? nil : Command(result.run))
        if result.run.struck("memory") { message = result.run.error ?? "" }
        let fetched = Dictionary(
            result.files.map { (Array($0.name.utf8), $0.base64) }, uniquingKeysWith: { first, _ in first })
        for path in paths {
            guard let name = RunCodeRequest.nameBelow(path), let content = fetched[Array(name.utf8)] else { continue }
            files[path] = content
        }
    }

    /// A run that was ended without a result, for a limit of the server.
    init(endedFor fault: Fault) {
        status = .failed
        message = fault.message
        var command = Command(ProgramResult.Stage(endedFor: fault))
        command.stderr = fault.message
        runResult = OrNull(command)
    }

    init(sandboxError message: String) {
        status = .sandboxError
        self.message = message
    }
}
