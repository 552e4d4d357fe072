/// How a build, a program or a test of it went, as a model is told: long outputs without their middle, since a window full of
/// one leaves no room for thought.
struct StageReport: Encodable {
    private let stdout: String
    private let stderr: String
    private let exitCode: OrNull<Int>
    private let signal: OrNull<String>
    private let isTimedOut: Bool
    /// Here, or by the runner already.
    private let isTruncated: Bool
    private let limit: String?
    private let error: String?
    private let duration: Double?
    private let memory: Int?
    /// Of a test.
    private let passed: Bool?

    private enum CodingKeys: String, CodingKey {
        case stdout, stderr, signal, limit, error, passed
        case exitCode = "exit_code"
        case isTimedOut = "timed_out"
        case isTruncated = "truncated"
        case duration = "duration_ms"
        case memory = "memory_bytes"
    }

    /// Bytes of an output.
    static let usualLimit = 24_000

    init(_ stage: ProgramResult.Stage, limit: Int = usualLimit) {
        let (out, err) = (CutText(stage.stdout, limit: limit), CutText(stage.stderr, limit: limit))
        (stdout, stderr) = (out.text, err.text)
        exitCode = OrNull(stage.status)
        signal = OrNull(stage.signal.map(SignalName.of))
        isTimedOut = stage.isTimeOver
        isTruncated = out.isCut || err.isCut || stage.struck("output")
        (self.limit, error, passed) = (stage.limit, stage.error.nonEmpty, stage.passed)
        (duration, memory) = (stage.milliseconds, stage.memoryPeak)
    }

    /// Of a build, whose warnings are of less interest than what was printed.
    static func build(_ result: ProgramResult) -> StageReport? { result.build.map { StageReport($0, limit: 8_000) } }
}

/// How one run went.
struct RunReport: Encodable {
    private let run: StageReport
    private let build: StageReport?
    private let filesOmitted: Int?
    private let filesIncomplete: Bool?
    var files: [ReturnedFiles.Description]?

    private enum CodingKeys: String, CodingKey {
        case build, files
        case filesOmitted = "files_omitted"
        case filesIncomplete = "files_incomplete"
    }

    init(_ result: ProgramResult) {
        run = StageReport(result.run)
        // Of a build that failed, the run tells.
        build = result.buildFailed ? nil : .build(result)
        (filesOmitted, filesIncomplete) = (result.filesOmittedFurther, result.filesIncomplete)
    }

    func encode(to encoder: any Encoder) throws {
        try run.encode(to: encoder)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encodeIfPresent(build, forKey: .build)
        try members.encodeIfPresent(files, forKey: .files)
        try members.encodeIfPresent(filesOmitted, forKey: .filesOmitted)
        try members.encodeIfPresent(filesIncomplete, forKey: .filesIncomplete)
    }

    /// Bytes of an answer that has this as an object and as a text, and names of files.
    var roomInAnswer: Int {
        let text = JSONText.text(self)
        return text.utf8.count + JSONText.bytes(text).count + 100_000
    }
}

/// How all tests went. Their outputs together have the room of one.
struct TestsReport: Encodable {
    private enum Test: Encodable {
        case skipped
        case done(StageReport)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .skipped: try ["skipped": true].encode(to: encoder)
            case .done(let report): try report.encode(to: encoder)
            }
        }
    }

    private var passed = 0
    private var failed = 0
    private var skipped = 0
    private let error: String?
    private var notRestored: String?
    private var build: StageReport?
    private var tests: [Test] = []

    private enum CodingKeys: String, CodingKey {
        case passed, failed, skipped, error, build, tests
        case notRestored = "not_restored"
    }

    init(_ result: ProgramResult) {
        let outcomes = result.tests ?? []
        let share = StageReport.usualLimit / max(1, outcomes.count)
        // Where nothing was expected, a test is passed if its program ends well.
        passed = outcomes.count { $0.passed ?? ($0.isSuccess && $0.skipped != true) }
        skipped = outcomes.count { $0.skipped == true }
        failed = outcomes.count - passed - skipped
        (error, notRestored, build) = (result.run.error.nonEmpty, result.notRestored, .build(result))
        tests = outcomes.map { $0.skipped == true ? .skipped : .done(StageReport($0, limit: share)) }
    }

    /// All together were ended by the server, for a limit, without a result.
    init(endedFor fault: Fault) { error = fault.message }
}
