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
        var executionTime: Double?
        var returnCode: Int?
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
            executionTime = stage.duration.map { $0 / 1e9 }
            // As Python has it, of a process that a signal has ended.
            returnCode = stage.signal.map { -$0 } ?? stage.status
            (stdout, stderr) = (stage.stdout, stage.stderr)
        }

        init(status: Status, returnCode: Int?, stderr: String) {
            (self.status, self.returnCode, self.stderr) = (status, returnCode, stderr)
            stdout = ""
        }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            try members.encode(status, forKey: .status)
            try members.encode(executionTime, forKey: .executionTime)
            try members.encode(returnCode, forKey: .returnCode)
            try members.encode(stdout, forKey: .stdout)
            try members.encode(stderr, forKey: .stderr)
        }
    }

    var status: Status
    var message = ""
    var compileResult: Command?
    var runResult: Command?
    /// Base64, by the names that were asked for.
    var files: [String: String] = [:]

    private enum CodingKeys: String, CodingKey {
        case status, message
        case compileResult = "compile_result"
        case runResult = "run_result"
        case executorPodName = "executor_pod_name"
        case files
    }

    init(_ asked: RunCodeRequest, _ result: ProgramResult) {
        status = result.run.isSuccess ? .success : .failed
        compileResult = result.build.map(Command.init)
        runResult = result.buildFailed ? nil : Command(result.run)
        if result.run.struck("memory") { message = result.run.error ?? "" }
        let fetched = Dictionary(
            result.files.map { (Array($0.name.utf8), $0.base64) }, uniquingKeysWith: { first, _ in first })
        for path in asked.fetchFiles {
            guard let name = RunCodeRequest.nameBelow(path), let content = fetched[Array(name.utf8)] else { continue }
            files[path] = content
        }
    }

    /// A run that was ended without a result, for a limit of the server.
    init(endedFor fault: Fault) {
        status = .failed
        message = fault.message
        let isTime = fault.code.utf8.elementsEqual("limits.execution_time".utf8)
        runResult = Command(
            status: isTime ? .timeLimitExceeded : .finished, returnCode: isTime ? nil : -9, stderr: fault.message)
    }

    init(sandboxError message: String) {
        status = .sandboxError
        self.message = message
    }

    /// Members that have no value are null, and not left out.
    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(status, forKey: .status)
        try members.encode(message, forKey: .message)
        try members.encode(compileResult, forKey: .compileResult)
        try members.encode(runResult, forKey: .runResult)
        try members.encodeNil(forKey: .executorPodName)
        try members.encode(files, forKey: .files)
    }
}
