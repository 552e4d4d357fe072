/// What a tool has to say: an object for programs and the same as text, which is what most clients show their models, and files
/// beside. A program that fails is a good result: the model is to read why.
struct ToolResult {
    /// JSON.
    let json: [UInt8]

    init(_ structured: some Encodable, _ files: [ToolContent] = []) {
        let text = JSONText.text(structured)
        self.init(members: "\"structuredContent\":\(text),\"isError\":false", [.text(text)] + files)
    }

    private init(members: String, _ content: [ToolContent]) {
        json = Array("{\"content\":\(JSONText.text(content)),\(members),\"resultType\":\"complete\"}".utf8)
    }

    /// There is no result, and why.
    static func failure(_ reason: String) -> ToolResult {
        ToolResult(members: "\"isError\":true", [.text(reason)])
    }

    /// The server has ended the run for a limit.
    static func ended(_ fault: Fault) -> ToolResult {
        var report = StageReport(ProgramResult.Stage())
        report.isTimedOut = fault.code.utf8.elementsEqual("limits.execution_time".utf8)
        report.exitCode = nil
        report.error = fault.message
        return ToolResult(report)
    }
}

/// One part of what a client shows its model.
enum ToolContent: Encodable {
    case text(String)
    case image(base64: String, mimeType: String)
    case textFile(uri: String, String)
    case binaryFile(uri: String, base64: String)

    private enum CodingKeys: String, CodingKey {
        case type, text, data, mimeType, resource, uri, blob
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text):
            try members.encode("text", forKey: .type)
            try members.encode(text, forKey: .text)
        case .image(let base64, let mimeType):
            try members.encode("image", forKey: .type)
            try members.encode(base64, forKey: .data)
            try members.encode(mimeType, forKey: .mimeType)
        case .textFile(let uri, let text):
            try encodeResource(uri, "text/plain", &members) { try $0.encode(text, forKey: .text) }
        case .binaryFile(let uri, let base64):
            try encodeResource(uri, "application/octet-stream", &members) { try $0.encode(base64, forKey: .blob) }
        }
    }

    private func encodeResource(
        _ uri: String, _ mimeType: String, _ members: inout KeyedEncodingContainer<CodingKeys>,
        _ encodeContent: (inout KeyedEncodingContainer<CodingKeys>) throws -> Void
    ) throws {
        try members.encode("resource", forKey: .type)
        var resource = members.nestedContainer(keyedBy: CodingKeys.self, forKey: .resource)
        try resource.encode(uri, forKey: .uri)
        try resource.encode(mimeType, forKey: .mimeType)
        try encodeContent(&resource)
    }
}
