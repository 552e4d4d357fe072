/// What a tool is given. Both take a program, and each something beside.
struct ToolArguments: Decodable, Sendable {
    let language: String
    let code: String
    let files: [ProgramPayload.File]?
    /// Seconds.
    let timeout: Double?
    /// Of ``Tool/runCode``.
    let stdin: String?
    let args: [String]?
    let outputs: [String]?
    /// Of ``Tool/runTests``.
    let tests: [ProgramPayload.Test]?
    let stopOnFailure: Bool?

    fileprivate enum CodingKeys: String, CodingKey {
        case language, code, files, stdin, args, outputs, tests
        case timeout = "timeout_seconds"
        case stopOnFailure = "stop_on_failure"
    }

    func complete(_ payload: inout ProgramPayload) {
        payload.runTime = timeout
        (payload.stdin, payload.args, payload.outputs) = (stdin, args, outputs)
        (payload.tests, payload.stopOnFailure) = (tests, stopOnFailure)
    }
}

/// The tools that there are.
enum Tool: String, Sendable, CaseIterable {
    case runCode = "run_code"
    case runTests = "run_tests"

    private var members: [String] {
        let all: [ToolArguments.CodingKeys] =
            [.language, .code, .files, .timeout]
            + (self == .runCode ? [.stdin, .args, .outputs] : [.tests, .stopOnFailure])
        return all.map(\.stringValue)
    }

    /// The arguments in the request that calls it.
    func arguments(in json: [UInt8]) throws(ReadingFault) -> ToolArguments {
        do throws(ReadingFault) {
            try ReadingFault.read(Body<MemberNames>.self, json).params.arguments.refuse(beside: members)
            let arguments = try ReadingFault.read(Body<ToolArguments>.self, json).params.arguments
            let lists = try ReadingFault.read(Body<Lists>.self, json).params.arguments
            for file in lists.files ?? [] { try file.refuse(beside: ["name", "content", "encoding"]) }
            for test in lists.tests ?? [] { try test.refuse(beside: ["stdin", "args", "expected"]) }
            if self == .runTests && (arguments.tests ?? []).isEmpty { throw ReadingFault(.missing, [.member("tests")]) }
            return arguments
        } catch {
            guard error.path.starts(with: [.member("params"), .member("arguments")]), error.path.count > 2 else {
                throw error
            }
            throw ReadingFault(error.kind, Array(error.path.dropFirst(2)))
        }
    }

    private struct Body<Arguments: Decodable>: Decodable {
        struct Params: Decodable { let arguments: Arguments }

        let params: Params
    }

    private struct Lists: Decodable {
        let files: [MemberNames]?
        let tests: [MemberNames]?
    }
}
