/// Runs a program once.
struct RunCodeTool: Tool {
    static let name = "run_code"

    let program: ProgramArguments
    private let stdin: String?
    private let args: [String]?
    private let outputs: [String]?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case language, code, files, stdin, args, outputs
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
        stdin = try members.decodeIfPresent(String.self, forKey: .stdin)
        args = try members.decodeIfPresent([String].self, forKey: .args)
        outputs = try members.decodeIfPresent([String].self, forKey: .outputs)
    }

    func complete(_ payload: inout ProgramPayload) {
        (payload.stdin, payload.args, payload.outputs) = (stdin, args, outputs)
    }

    func result(_ result: ProgramResult, filesWithin room: Int?) -> ToolResult {
        var shown = StageReport(result.run)
        if !result.buildFailed { shown.build = result.build.map { BuildReport($0) } }
        let files = ReturnedFiles(result, within: room)
        shown.files = outputs == nil ? nil : files.descriptions
        return ToolResult(shown, files.content)
    }
}
