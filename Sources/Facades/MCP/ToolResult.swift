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

    static func text(_ text: String) -> ToolContent { ToolContent(type: "text", text: text) }

    static func image(base64: String, mimeType: String) -> ToolContent {
        ToolContent(type: "image", data: base64, mimeType: mimeType)
    }

    static func file(uri: String, text: String) -> ToolContent {
        ToolContent(type: "resource", resource: Resource(uri: uri, mimeType: "text/plain", text: text))
    }

    static func file(uri: String, base64: String) -> ToolContent {
        ToolContent(type: "resource", resource: Resource(uri: uri, mimeType: "application/octet-stream", blob: base64))
    }
}
