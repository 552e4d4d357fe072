/// A language that programs may be in, and what runs them.
public struct Language: Sendable, Equatable, Encodable {
    /// What a client says for it.
    public var language: String
    /// Of its compiler or interpreter; nil if nobody has said.
    public var version: String?
    /// What a client may say as well.
    public var aliases: [String] = []
    public var image: String
    public var runner = RunRequest.CodeRunner.image
    /// How the first file is named where it matters, or as people expect it; nil if nobody has said.
    public var mainFile: String?
    /// What the runner calls it, if that is something else.
    public var runnerLanguage: String?

    public init(_ language: String, image: String) {
        self.language = language
        self.image = image
    }

    private enum CodingKeys: String, CodingKey {
        case language, version, aliases, image, runner, mainFile
    }
}

extension RunRequest.CodeRunner: Encodable {}
