/// What a tool has to say: an object for programs and the same as text, which is what most clients show their models, and files
/// beside. A program that fails is a good result: the model is to read why.
struct ToolResult {
    /// JSON.
    let json: [UInt8]

    init(_ structured: some Encodable, _ files: [ToolContent] = []) {
        let text = JSONText.text(structured)
        self.init(
            members: "\"structuredContent\":\(text),\"isError\":false", [ToolContent(type: "text", text: text)] + files)
    }

    private init(members: String, _ content: [ToolContent]) {
        json = Array("{\"content\":\(JSONText.text(content)),\(members),\"resultType\":\"complete\"}".utf8)
    }

    /// There is no result, and why.
    static func failure(_ reason: String) -> ToolResult {
        ToolResult(members: "\"isError\":true", [ToolContent(type: "text", text: reason)])
    }
}

/// One part of what a client shows its model.
struct ToolContent: Encodable {
    struct Resource: Encodable {
        let uri: String
        let mimeType: String
        var text: String?
        var blob: String?
    }

    let type: String
    var text: String?
    /// Base64.
    var data: String?
    var mimeType: String?
    var resource: Resource?
}
