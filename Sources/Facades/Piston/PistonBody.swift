internal import Bytes
internal import DockerRun

/// The body of `execute`, each member as it came: Piston says in words of its own what is wrong with which.
struct PistonBody: Decodable {
    /// A value, or something else than what there should be.
    enum Loose<Value: Decodable>: Decodable {
        case value(Value)
        case other

        init(from decoder: any Decoder) throws {
            self = (try? Value(from: decoder)).map(Self.value) ?? .other
        }

        var value: Value? { if case .value(let value) = self { value } else { nil } }
    }

    struct File: Decodable {
        let name: Loose<String>?
        let content: Loose<String>?
        let encoding: Loose<String>?
    }

    /// A file that has a content.
    struct Content {
        enum Encoding: String {
            case utf8, base64, hex
        }

        let name: String?
        let content: String
        let encoding: Encoding

        var isText: Bool { encoding == .utf8 }
    }

    let language: Loose<String>?
    let version: Loose<String>?
    let files: Loose<[Loose<File>]>?
    let stdin: Loose<String>?
    let args: Loose<[String]>?
    let compileMemory: Loose<Double>?
    let runMemory: Loose<Double>?
    let compileTimeout: Loose<Double>?
    let runTimeout: Loose<Double>?
    let compileCPUTime: Loose<Double>?
    let runCPUTime: Loose<Double>?

    private enum CodingKeys: String, CodingKey {
        case language, version, files, stdin, args
        case compileMemory = "compile_memory_limit"
        case runMemory = "run_memory_limit"
        case compileTimeout = "compile_timeout"
        case runTimeout = "run_timeout"
        case compileCPUTime = "compile_cpu_time"
        case runCPUTime = "run_cpu_time"
    }

    func required(_ member: Loose<String>?, _ name: String) throws(PistonRefusal) -> String {
        guard let text = member?.value, !text.isEmpty else {
            throw PistonRefusal(message: "\(name) is required as a string")
        }
        return text
    }

    func contents() throws(PistonRefusal) -> [Content] {
        guard let files = files?.value else { throw PistonRefusal(message: "files is required as an array") }
        var contents: [Content] = []
        for (index, file) in files.enumerated() {
            guard let content = file.value?.content?.value else {
                throw PistonRefusal(message: "files[\(index)].content is required as a string")
            }
            if case .other = file.value?.name { throw PistonRefusal(message: "files[\(index)].name must be a string") }
            // What is not known counts as utf8.
            let encoding = (file.value?.encoding?.value).flatMap(Content.Encoding.init) ?? .utf8
            contents.append(Content(name: (file.value?.name?.value).nonEmpty, content: content, encoding: encoding))
        }
        return contents
    }

    /// Always at least one line.
    func input() throws(PistonRefusal) -> String {
        if case .other = stdin { throw PistonRefusal(message: "stdin must be a string") }
        let text = stdin?.value ?? ""
        return text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    }

    func arguments() throws(PistonRefusal) -> [String]? {
        if case .other = args { throw PistonRefusal(message: "args must be an array of strings") }
        return args?.value
    }

    /// Bytes of the container, which the build and the program share: the larger one counts. Most clients say -1.
    func memory(_ limits: FacadeLimits) throws(PistonRefusal) -> Int? {
        var asked: [Int] = []
        for (value, name) in [(compileMemory, "compile_memory_limit"), (runMemory, "run_memory_limit")] {
            guard let bytes = try Self.number(value, name), bytes > 0 else { continue }
            try Self.refuse(bytes, above: Double(limits.memory), name)
            asked.append(Int(exactly: bytes.rounded(.down)) ?? limits.memory)
        }
        return limits.memory(asked: asked.max())
    }

    /// Seconds of the build and of the program.
    func times(_ limits: FacadeLimits) throws(PistonRefusal) -> (Double?, Double?) {
        (
            try Self.time(compileTimeout, "compile_timeout", usual: 10_000, limits),
            try Self.time(runTimeout, "run_timeout", usual: 3_000, limits)
        )
    }

    func cpuTimes() throws(PistonRefusal) -> (Double?, Double?) {
        (try Self.cpuTime(compileCPUTime, "compile_cpu_time"), try Self.cpuTime(runCPUTime, "run_cpu_time"))
    }

    /// - Parameter usual: milliseconds that clients send who have not been told anything: these are never too much.
    private static func time(
        _ value: Loose<Double>?, _ name: String, usual: Double, _ limits: FacadeLimits
    ) throws(PistonRefusal) -> Double {
        let most = limits.executionTime * 1000
        let asked = try nonNegative(value, name) ?? usual
        if asked != usual { try refuse(asked, above: most, name) }
        return min(asked, most) / 1000
    }

    private static func cpuTime(_ value: Loose<Double>?, _ name: String) throws(PistonRefusal) -> Double? {
        try nonNegative(value, name)
    }

    private static func nonNegative(_ value: Loose<Double>?, _ name: String) throws(PistonRefusal) -> Double? {
        let number = try number(value, name)
        if let number, number < 0 { throw PistonRefusal(message: "\(name) must be non-negative") }
        return number
    }

    /// - Returns: nil for none, and for 0.
    private static func number(_ value: Loose<Double>?, _ name: String) throws(PistonRefusal) -> Double? {
        if case .other = value { throw PistonRefusal(message: "If specified, \(name) must be a number") }
        return value?.value.flatMap { $0 == 0 ? nil : $0 }
    }

    private static func refuse(_ number: Double, above most: Double, _ name: String) throws(PistonRefusal) {
        guard number > most else { return }
        let limit = Int(exactly: most).map(String.init) ?? "\(most)"
        throw PistonRefusal(message: "\(name) cannot exceed the configured limit of \(limit)")
    }
}
