internal import DockerRun

/// How a program, or a test of it, went, as a model is told.
struct StageReport: Encodable {
    private let stdout: ModelText
    private let stderr: ModelText
    var exitCode: Int?
    private let signal: String?
    var isTimedOut: Bool
    private let limit: String?
    var error: String?
    private let duration: Double?
    private let memory: Int?
    /// Here, or by the runner already.
    private let isTruncated: Bool
    var build: BuildReport?
    var files: [ReturnedFiles.Description]?

    private enum CodingKeys: String, CodingKey {
        case stdout, stderr, signal, truncated, limit, error, build, files
        case exitCode = "exit_code"
        case isTimedOut = "timed_out"
        case duration = "duration_ms"
        case memory = "memory_bytes"
    }

    /// - Parameter limit: bytes of each output.
    init(_ stage: ProgramResult.Stage, limit: Int = ModelText.usualLimit) {
        stdout = ModelText(stage.stdout, limit: limit)
        stderr = ModelText(stage.stderr, limit: limit)
        exitCode = stage.status
        signal = stage.signal.map(SignalName.of)
        isTimedOut = stage.isTimeOver
        self.limit = stage.limit
        error = stage.error.nonEmpty
        duration = stage.milliseconds
        memory = stage.memoryPeak
        isTruncated = stdout.isCut || stderr.isCut || stage.struck("output")
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(stdout.text, forKey: .stdout)
        try members.encode(stderr.text, forKey: .stderr)
        try members.encode(exitCode, forKey: .exitCode)
        try members.encode(signal, forKey: .signal)
        try members.encode(isTimedOut, forKey: .isTimedOut)
        try members.encode(isTruncated, forKey: .truncated)
        try members.encodeIfPresent(limit, forKey: .limit)
        try members.encodeIfPresent(error, forKey: .error)
        try members.encodeIfPresent(duration, forKey: .duration)
        try members.encodeIfPresent(memory, forKey: .memory)
        try members.encodeIfPresent(build, forKey: .build)
        try members.encodeIfPresent(files, forKey: .files)
    }
}

/// What a compiler said.
struct BuildReport: Encodable {
    private let stdout: String
    private let stderr: String
    private let exitCode: Int?
    private let duration: Double?

    private enum CodingKeys: String, CodingKey {
        case stdout, stderr
        case exitCode = "exit_code"
        case duration = "duration_ms"
    }

    init(_ stage: ProgramResult.Stage) {
        stdout = ModelText(stage.stdout, limit: Self.limit).text
        stderr = ModelText(stage.stderr, limit: Self.limit).text
        (exitCode, duration) = (stage.status, stage.milliseconds)
    }

    /// Bytes: warnings are of less interest than what was printed.
    private static let limit = 8_000
}
