/// Gathers a container's output until it holds the result: one JSON object on stdout, and nothing anywhere else.
struct ResultCollector {
    private let outputSize: Int
    /// Of events, if there are any, and the result.
    private let maximumSize: Int
    private var events: RunnerEventReader?
    private var size = 0
    private var stdin: [UInt8] = []
    private var stdout: [UInt8] = []
    private var stderr: [UInt8] = []
    /// The daemon's own words, which are not the container's.
    private var daemon: [UInt8] = []
    private var scanner = JSONScanner()
    private var syntaxError: JSONSyntaxError?
    /// Where the result says which limit struck, if it does.
    private var limit: Range<Int>?

    /// - Parameters:
    ///   - maximumSize: bytes, all streams together.
    ///   - eventsSize: bytes of events, behind which the result comes, see ``RunnerEventReader``; nil if there are none.
    init(maximumSize: Int, eventsSize: Int? = nil) {
        outputSize = maximumSize
        self.maximumSize = maximumSize + (eventsSize ?? 0)
        events = eventsSize.map { _ in RunnerEventReader() }
    }

    /// Whether the runner has said that it tells no more of what is printed.
    private(set) var isCut = false

    var isEmpty: Bool { size == 0 }

    /// True once the object's closing brace is there, or a word of the daemon. Whatever has arrived besides decides what it
    /// is worth: see ``result()``.
    var isDecided: Bool { scanner.objectEnd != nil || !daemon.isEmpty }

    /// True once there is a result, or nothing that may still come makes one.
    var isSettled: Bool { isDecided || syntaxError != nil }

    /// True while there is neither an object nor a word why not.
    var isSilent: Bool { !isDecided && stdin.isEmpty && stderr.isEmpty }

    /// - Parameter announced: bytes of the same frame that are still to come; they count as received.
    /// - Returns: what the runner has said, if it has.
    /// - Throws: ``RunError/outputSize(_:)`` before memory is taken for what is too much.
    mutating func receive(
        _ stream: FrameDecoder.Stream, _ bytes: UnsafeRawBufferPointer, announced: Int
    ) throws(RunError) -> [RunnerEvent] {
        size += bytes.count
        guard size + announced <= maximumSize else { throw RunError.outputSize(outputSize) }
        switch stream {
        case .stdin: stdin.append(contentsOf: bytes)
        case .stderr: stderr.append(contentsOf: bytes)
        case .daemon: daemon.append(contentsOf: bytes)
        case .stdout: return try receiveStdout(bytes)
        }
        return []
    }

    private mutating func receiveStdout(_ bytes: UnsafeRawBufferPointer) throws(RunError) -> [RunnerEvent] {
        guard let reading = try events?.read(bytes) else {
            receiveResult(bytes)
            return []
        }
        if let result = reading.result {
            events = nil
            result.withUnsafeBytes { receiveResult($0) }
        }
        if reading.events.contains(where: { $0.name == .cut }) { isCut = true }
        return reading.events
    }

    private mutating func receiveResult(_ bytes: UnsafeRawBufferPointer) {
        stdout.append(contentsOf: bytes)
        // A program that fails may print something first and say why on stderr later: read on, and judge at the end.
        guard syntaxError == nil else { return }
        var members: [JSONScanner.Member] = []
        do {
            try scanner.scan(bytes.bindMemory(to: UInt8.self).span) { member in
                if member.name.count == Self.limitName.utf8CodeUnitCount { members.append(member) }
            }
        } catch {
            syntaxError = error
        }
        if let member = members.last(where: { stdout[$0.name].elementsEqual("\(Self.limitName)".utf8) }) {
            limit = member.value
        }
    }

    private static let limitName: StaticString = #""limit""#

    /// What the result says that the run ran into, as code-runner does; nil as well if another runner means something else.
    var struckLimit: StruckLimit? { limit.flatMap { StruckLimit(inResult: stdout[$0]) } }

    /// The object, if it and nothing else has come.
    func result() throws(RunError) -> ArraySlice<UInt8> {
        guard daemon.isEmpty else {
            throw RunError.stream("the Docker daemon says: \(String(decoding: daemon, as: UTF8.self))")
        }
        guard stdin.isEmpty else { throw RunError.stdin(String(decoding: stdin, as: UTF8.self)) }
        guard stderr.isEmpty else { throw RunError.stderr(String(decoding: stderr, as: UTF8.self)) }
        do throws(JSONSyntaxError) {
            if let syntaxError { throw syntaxError }
            return stdout[try scanner.finish()]
        } catch {
            throw RunError.stdout(error)
        }
    }
}
