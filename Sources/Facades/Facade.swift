public import DockerRun
public import HTTP

/// The contract of another system, whose clients need not know that they talk to this one: a translation of their requests
/// into runs, and of what comes of those into the answers that they expect. It knows no token, no thread and no other façade;
/// who serves it sees to these.
public protocol Facade: Sendable {
    /// As operators and metrics call it.
    static var name: String { get }

    /// The paths that are its own, with all that is below them: what is refused there is said in its words.
    static var paths: [String] { get }

    /// What it answers. Every path is also one with a slash at its end.
    var routes: [FacadeRoute] { get }

    /// Whether a token may stand in `Authorization` alone, without "Bearer".
    static var takesBareToken: Bool { get }

    /// Whether pages of others are refused whatever token they send.
    static var refusesForeignPages: Bool { get }

    /// What a client is told of a fault, in the words and with the status of that system.
    func response(to fault: Fault) -> Response
}

extension Facade {
    public static var takesBareToken: Bool { false }
    public static var refusesForeignPages: Bool { false }
}

/// Requests of one kind.
public struct FacadeRoute: Sendable {
    public enum Answer: Sendable {
        /// Takes a body, which is JSON: a form, or text, is refused before it is read. Called on a thread that may block.
        case posted(@Sendable (FacadeRequest) throws(RunError) -> Translation)
        /// Called on a thread that may block.
        case got(@Sendable (FacadeRequest) throws(RunError) -> Response)
        /// A WebSocket: what is said on one connection is one dialogue's to translate. Its requests have no body.
        case dialogue(@Sendable (FacadeRequest) -> any DialogueTranslation)
    }

    public let path: String
    public let answer: Answer

    public init(_ path: String, _ answer: Answer) {
        self.path = path
        self.answer = answer
    }
}

/// What a client has sent, and what it may ask for.
public struct FacadeRequest: Sendable {
    public var headers: Headers
    public var body: [UInt8]
    public var limits: FacadeLimits
    /// The languages that there are. Blocks if the Engine has to be asked.
    public var languages: @Sendable () throws(RunError) -> [Language]

    public init(
        headers: Headers = Headers(), body: [UInt8] = [], limits: FacadeLimits,
        languages: @escaping @Sendable () throws(RunError) -> [Language]
    ) {
        self.headers = headers
        self.body = body
        self.limits = limits
        self.languages = languages
    }
}

/// The most that a run may ask for.
public struct FacadeLimits: Sendable {
    /// Seconds.
    public var executionTime: Double
    /// Bytes of the container.
    public var memory: Int

    public init(executionTime: Double, memory: Int) {
        self.executionTime = executionTime
        self.memory = memory
    }

    /// What a run gets that asks for so many bytes; nil is the server's own limit, as it is for that and more.
    func memory(asked bytes: Int?) -> Int? {
        guard let bytes, bytes < memory else { return nil }
        return max(bytes, RunLimits.leastMemory)
    }
}

extension [Language] {
    /// By its name, or else by an alias, compared as bytes.
    func named(_ name: String) -> Language? {
        first { $0.language.utf8.elementsEqual(name.utf8) }
            ?? first { $0.aliases.contains { $0.utf8.elementsEqual(name.utf8) } }
    }
}

/// What is to be done for a request.
public enum Translation: Sendable {
    /// With the code of an error for the server's log: see docs/api.md.
    case answer(Response, errorCode: String? = nil)
    case run(TranslatedRun)
}

/// A run, and what its client is told of it.
public struct TranslatedRun: Sendable {
    public var request: RunRequest
    /// The data of an event for the client, which then gets server-sent events and, as the last of them, the answer; nil if it
    /// is to get the answer alone. What is called returns nil for what the client does not care to know.
    public var event: (@Sendable (RunEvent) -> [UInt8]?)?
    public var answer: @Sendable (Result<ArraySlice<UInt8>, Fault>) -> Response

    public init(
        _ request: RunRequest, event: (@Sendable (RunEvent) -> [UInt8]?)? = nil,
        answer: @escaping @Sendable (Result<ArraySlice<UInt8>, Fault>) -> Response
    ) {
        self.request = request
        self.event = event
        self.answer = answer
    }
}

/// Why a request came to nothing.
public struct Fault: Error, Sendable, Equatable {
    /// Of HTTP.
    public var status: Int
    /// See docs/api.md.
    public var code: String
    public var message: String

    public init(status: Int, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// Whether the server has ended the run because of a limit, without a result.
    var isStruckLimit: Bool { code.utf8.starts(with: "limits.".utf8) }

    /// What code-runner does not take is the client's fault: the server cannot tell that from a runner that fails.
    var refusedByRunner: String? {
        let mark = "code-runner: "
        guard code.utf8.elementsEqual("coderunner.stderr".utf8), let range = message.utf8.firstRange(of: mark.utf8)
        else {
            return nil
        }
        return String(decoding: message.utf8[range.upperBound...].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
