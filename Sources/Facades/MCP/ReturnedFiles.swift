/// The files that a program has left, each as a model can take it.
struct ReturnedFiles {
    struct Description: Encodable {
        let name: String
        /// Bytes.
        let size: Int
        /// Why it is not there.
        var omitted: String?
    }

    private(set) var content: [ToolContent] = []
    private(set) var descriptions: [Description] = []

    /// Bytes of a text that is shown as text; what is longer is there for the client's program.
    private static let longestText = 32_000

    /// - Parameter room: bytes that all may take.
    init(_ result: ProgramResult, within room: Int) {
        var room = room
        for file in result.files {
            let shown = Self.content(of: file)
            let size = room == .max ? 0 : JSONText.bytes(shown).count
            let fits = size <= room
            let reason = fits ? nil : "too large for events; call without a progress token"
            descriptions.append(Description(name: file.name, size: file.size, omitted: reason))
            guard fits else { continue }
            room -= size
            content.append(shown)
        }
        descriptions += result.filesOmitted.map { Description(name: $0.name, size: $0.size, omitted: $0.reason) }
    }

    private static func content(of file: ProgramResult.File) -> ToolContent {
        if let type = file.pictureType { return ToolContent(type: "image", data: file.content, mimeType: type) }
        let resource: ToolContent.Resource =
            file.isText && file.size <= longestText
            ? .init(uri: file.uri, mimeType: "text/plain", text: file.content)
            : .init(uri: file.uri, mimeType: "application/octet-stream", blob: file.base64)
        return ToolContent(type: "resource", resource: resource)
    }
}
