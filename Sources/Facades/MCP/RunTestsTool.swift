/// Builds a program once and runs it on several inputs.
struct RunTestsTool: Tool {
    static let name = "run_tests"

    let program: ProgramArguments
    private let tests: [ProgramPayload.Test]
    private let stopOnFailure: Bool?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case language, code, files, tests
        case stopOnFailure = "stop_on_failure"
        case timeout = "timeout_seconds"
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseMembers(beside: CodingKeys.self)
        let members = try decoder.container(keyedBy: CodingKeys.self)
        program = ProgramArguments(
            language: try members.decode(String.self, forKey: .language),
            code: try members.decode(String.self, forKey: .code),
            files: try members.decodeIfPresent([ProgramPayload.File].self, forKey: .files) ?? [],
            timeout: try members.decodeIfPresent(Double.self, forKey: .timeout))
        tests = try members.decode([ProgramPayload.Test].self, forKey: .tests)
        stopOnFailure = try members.decodeIfPresent(Bool.self, forKey: .stopOnFailure)
    }

    func complete(_ payload: inout ProgramPayload) {
        (payload.tests, payload.stopOnFailure) = (tests, stopOnFailure)
    }

    /// All outputs together have the room of one.
    func result(_ result: ProgramResult, filesWithin _: Int?) -> ToolResult {
        let outcomes = result.tests ?? []
        let share = ModelText.usualLimit / max(1, outcomes.count)
        // Where nothing was expected, a test is passed if its program ends well.
        let passed = outcomes.count { $0.passed ?? ($0.isSuccess && $0.skipped != true) }
        return ToolResult(
            Report(
                passed: passed, failed: outcomes.count - passed, error: result.run.error.nonEmpty,
                build: result.build.map { BuildReport($0) }, tests: outcomes.map { Test($0, share) }))
    }

    private struct Report: Encodable {
        let passed: Int
        let failed: Int
        let error: String?
        let build: BuildReport?
        let tests: [Test]
    }

    private struct Test: Encodable {
        private let outcome: ProgramResult.Stage
        private let share: Int

        private enum CodingKeys: String, CodingKey {
            case passed, skipped
        }

        init(_ outcome: ProgramResult.Stage, _ share: Int) {
            (self.outcome, self.share) = (outcome, share)
        }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            guard outcome.skipped != true else { return try members.encode(true, forKey: .skipped) }
            try members.encodeIfPresent(outcome.passed, forKey: .passed)
            try StageReport(outcome, limit: share).encode(to: encoder)
        }
    }
}

extension String? {
    /// Nil for a text that is empty, too.
    var nonEmpty: String? { self.flatMap { $0.isEmpty ? nil : $0 } }
}
