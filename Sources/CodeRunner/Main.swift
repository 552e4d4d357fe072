internal import CProcess
internal import Glibc

/// Runs inside a container: reads a payload from stdin, writes its files, builds and runs it, and prints the result as one
/// JSON object.
///
/// usage: code-runner [--path DIR] [--preludes FILE] [--max-output BYTES] [--max-time MILLISECONDS]
///
/// CODE_RUNNER_MAX_OUTPUT and CODE_RUNNER_MAX_TIME are used where an argument is not given; the program does not see them. What
/// the server says in the payload counts where it is lower.
@main struct Main {
    static func main() {
        // Before anything that takes much of it.
        process_keep_heap_from_children()
        // Programs run as the same user. Without this they could write a result of their own through /proc/PID/fd/1, proc(5),
        // or change ours in memory.
        _ = process_set_not_dumpable()
        // Programs need not read their stdin to its end, nor the server what comes of them.
        signal(SIGPIPE, SIG_IGN)
        do throws(Failure) {
            var arguments = Array(CommandLine.arguments.dropFirst())
            let path = try option("--path", from: &arguments)
            let preludes = try option("--preludes", from: &arguments) ?? Preludes.path
            let limits = try limits(from: &arguments)
            guard arguments.isEmpty else { throw Failure("unknown argument \(arguments[0])\n\(usage)") }
            if try run(path: path, preludes: preludes, limits) { awaitEndOfInput() }
        } catch {
            write(Array("code-runner: \(error)\n".utf8), to: STDERR_FILENO)
            exit(1)
        }
    }

    /// - Returns: whether somebody sees what goes on while it does.
    private static func run(path: String?, preludes: String, _ limits: Limits) throws(Failure) -> Bool {
        // Why there is none is an answer, for which somebody has to have asked.
        let made = Result { () throws(Failure) in try Workspace(path: path) }
        defer { try? made.get().discard() }
        if let workspace = try? made.get() { ProgramEnvironment.complete(in: workspace.path) }
        let descendants = try Descendants()
        let preludes = Preludes(of: preludes, in: try? made.get(), descendants)
        defer { preludes.end() }
        let (payload, dialogue) = try readPayload()
        let workspace = try made.get()
        let limits = try limits.adapted(to: payload.server)
        let program = try Program(payload, hasTool: isInPath)
        if let tests = program.tests { try limits.checkRoom(forTests: tests.count) }
        process_trim_heap()
        preludes.settle(for: program)
        let isStream = payload.server?.stream ?? false
        let events =
            isStream ? EventStream(on: STDOUT_FILENO, limit: payload.server?.maxEvents ?? limits.output) : nil
        let result = try Execution(
            of: program, in: workspace, limits, descendants, preludes, events, dialogue
        ).result()
        if let events {
            events.end { result.write(within: limits.output, to: $0) }
        } else {
            result.write(within: limits.output) { write($0, to: STDOUT_FILENO) }
        }
        return events != nil || dialogue != nil
    }

    private static let usage =
        "usage: code-runner [--path DIR] [--preludes FILE] [--max-output BYTES] [--max-time MILLISECONDS]"

    private static func option(_ name: String, from arguments: inout [String]) throws(Failure) -> String? {
        guard let index = arguments.firstIndex(of: name) else { return nil }
        guard index + 1 < arguments.count else { throw Failure("\(name) needs a value\n\(usage)") }
        defer { arguments.removeSubrange(index...index + 1) }
        return arguments[index + 1]
    }

    private static func limits(from arguments: inout [String]) throws(Failure) -> Limits {
        var limits = Limits()
        if let bytes = try number("--max-output", "CODE_RUNNER_MAX_OUTPUT", from: &arguments) { limits.output = bytes }
        guard limits.output >= Limits.leastOutput else {
            throw Failure(
                "--max-output (CODE_RUNNER_MAX_OUTPUT) is \(limits.output), and has to be \(Limits.leastOutput) at least, "
                    + "so that every result fits")
        }
        limits.time = try number("--max-time", "CODE_RUNNER_MAX_TIME", from: &arguments).map { .milliseconds($0) }
        return limits
    }

    private static func number(
        _ name: String, _ variable: String, from arguments: inout [String]
    ) throws(Failure) -> Int? {
        let fallback = getenv(variable).map { String(cString: $0) }
        unsetenv(variable)
        guard let text = try option(name, from: &arguments) ?? fallback else { return nil }
        guard let number = Int(text), number > 0 else { throw Failure("\(name) needs a number above 0, not \(text)") }
        return number
    }

    /// All of stdin, or one object where the server says in it that its end comes later.
    private static func readPayload() throws(Failure) -> (Payload, Dialogue?) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        var objects: ObjectReader? = ObjectReader()
        var readCount = 0
        var alone: Payload?
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            guard count > 0 else {
                if let alone { return (alone, nil) }
                return (try Payload(json: bytes), nil)
            }
            // Something follows it that it is not to be.
            alone = nil
            bytes += buffer[..<count]
            guard bytes.starts(with: Payload.ServerInstructions.mark),
                let found = objects?.read(bytes[readCount...])
            else { continue }
            readCount = bytes.count
            guard let json = found.first, let reader = objects else { continue }
            objects = nil
            let payload = try Payload(json: json)
            if payload.server?.interactive ?? false {
                return (payload, try Dialogue(stdin: Array(payload.stdin.utf8), reader, words: found.dropFirst()))
            }
            if payload.server?.stream ?? false { return (payload, nil) }
            alone = found.count == 1 && json.count == bytes.count ? payload : nil
        }
    }

    /// A server that tells others what goes on reads as slowly as they do, and what nobody has read when a container ends may
    /// be lost. So it ends stdin when it has the result. One that has ended it behind the payload is not waited for.
    private static func awaitEndOfInput() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            guard count > 0 || (count < 0 && errno == EINTR) else { return }
        }
    }

    private static func isInPath(_ tool: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return path.utf8.split(separator: UInt8(ascii: ":")).contains { directory in
            access(String(decoding: directory, as: UTF8.self) + "/" + tool, X_OK) == 0
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
