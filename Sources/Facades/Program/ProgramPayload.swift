internal import DockerRun
internal import FoundationEssentials

/// A program as code-runner takes it: see docs/api.md, "Payloads of code-runner".
struct ProgramPayload: Encodable {
    struct File: Codable, Sendable, Equatable {
        var name: String
        var content: String
        /// `utf8` or `base64`.
        var encoding: String?
    }

    struct Test: Codable, Sendable {
        var stdin: String?
        var args: [String]?
        var expected: String?
    }

    var language: String
    /// The main one first.
    var files: [File]
    var stdin: String?
    var args: [String]?
    var env: [String: String]?
    /// Seconds.
    var buildTime: Double?
    var runTime: Double?
    var interleaved: Bool?
    var outputs: [String]?
    var tests: [Test]?
    var stopOnFailure: Bool?

    init(_ language: Language, files: [File]) {
        self.language = language.runnerLanguage ?? language.language
        self.files = files
    }

    /// - Parameter memory: bytes of the container; nil is as the server has it.
    func request(_ language: Language, memory: Int? = nil) -> RunRequest {
        // Nothing in it can fail to be encoded but a number that is none, which JSON has not.
        let json = (try? JSONEncoder().encode(self)).map(Array.init) ?? []
        return RunRequest(
            image: language.image, runner: language.runner, payload: json[...], limits: RunLimits(memory: memory))
    }
}
