import Foundation
import Synchronization
import TestSupport
import Testing

/// A docker-run process, as users start it. It is killed, and its containers are removed, when the object goes.
final class ServerUnderTest: @unchecked Sendable {
    static let token = "correct-horse-battery-staple"

    let port: Int
    let process = Process()
    private let log: URL

    /// The servers that somebody still holds. One that a failed test forgets ends with the tests at the latest.
    private static let running = Mutex<Set<Int32>>([])
    private static let killsAtExit: Void = {
        atexit { ServerUnderTest.running.withLock { for pid in $0 { kill(pid, SIGKILL) } } }
    }()

    var pid: Int32 { process.processIdentifier }

    /// - Parameters:
    ///   - listener: is passed to the server as by a service manager.
    ///   - pendingSignal: has been sent to the process before the program in it begins.
    ///   - changes: environment variables; nil unsets one.
    init(port: Int? = nil, listener: Listener? = nil, pendingSignal: String? = nil, _ changes: [String: String?] = [:])
        throws
    {
        self.port = try port ?? listener?.port ?? Self.freePort()
        log = FileManager.default.temporaryDirectory.appending(path: "docker-run-test-\(UUID().uuidString).log")
        try Data().write(to: log)
        let tests = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = tests.appending(path: "docker-run")
        var environment = Self.environment(port: self.port)
        for (name, value) in changes { environment[name] = value }
        process.environment = environment
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardInput = FileHandle.nullDevice
        // Whoever reads what the tests print shall not wait for a server that outlives them.
        process.standardOutput = FileHandle.nullDevice
        if let listener { pass(listener) }
        if let pendingSignal { begin(with: pendingSignal) }
        try process.run()
        Self.killsAtExit
        Self.running.withLock { _ = $0.insert(pid) }
        try eventually("the server did not start: \(logText)") { [self] in
            try #require(process.isRunning, "the server ended: \(logText)")
            return logText.contains("listening")
        }
    }

    /// Process passes on standard input only: a shell, which becomes the server, makes the third descriptor of it.
    private func pass(_ listener: Listener) {
        let script = #"exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0""#
        process.arguments = ["-c", script, process.executableURL!.path]
        process.executableURL = URL(filePath: "/bin/sh")
        process.standardInput = FileHandle(fileDescriptor: listener.descriptor, closeOnDealloc: false)
    }

    /// Blocked signals stay blocked over execve(2), and pending ones pending.
    private func begin(with signal: String) {
        let script = #"kill -\#(signal) $$; exec "$0""#
        process.arguments = ["--block-signal=\(signal)", "sh", "-c", script, process.executableURL!.path]
        process.executableURL = URL(filePath: "/usr/bin/env")
    }

    deinit {
        if process.isRunning {
            kill(pid, SIGKILL)
            process.waitUntilExit()
        }
        Self.running.withLock { _ = $0.remove(pid) }
        try? FileManager.default.removeItem(at: log)
        for container in (try? Engine.containers()) ?? []
        where container.labels["docker-run.server"]?.hasSuffix(":\(port)") == true {
            try? Engine.remove(container.id)
        }
    }

    /// What a server that does not start says, which ends with status 1.
    static func textOfFailedStart(_ changes: [String: String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "docker-run")
        process.environment = environment(port: try freePort()).merging(changes) { $1 }
        let output = Pipe()
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 1, "\(text)")
        return text
    }

    static func environment(port: Int) -> [String: String] {
        let changes = [
            "SERVER_LISTEN_PORT": "\(port)", "API_ACCESS_TOKEN": token, "DOCKER_UNIX_SOCKET_PATH": Engine.socketPath,
            "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "30", "DOCKER_UNIX_SOCKET_WRITE_TIMEOUT": "30",
            "DOCKER_CONTAINER_MEMORY": "134217728", "DOCKER_CONTAINER_CAP_DROP": "MKNOD NET_RAW",
            "RUN_MAX_EXECUTION_TIME": "30", "RUN_MAX_OUTPUT_SIZE": "4000000", "POOL_MAX_IDLE": "0",
        ]
        return DevelopmentSettings.values.merging(changes) { $1 }
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> Int { try Listener().port }

    var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Descriptors that the process has open.
    var descriptorCount: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count) ?? -1 }

    /// Seconds of CPU that the process has used.
    var cpuSeconds: Double {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        // proc(5): utime and stime are the 14th and the 15th field, and the second one ends with the last parenthesis.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
        return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Kilobytes of memory that are resident.
    var residentKilobytes: Int {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? -1
    }

    func connect() throws -> TestClient { try TestClient(.port(port)) }

    func get(_ path: String, token: String? = token) throws -> TestClient.Response {
        try connect().request("GET", path, headers: token.map { ["X-Access-Token": $0] } ?? [:])
    }

    func post(_ body: String, token: String? = token, headers: [String: String] = [:]) throws -> TestClient.Response {
        var all = ["Content-Type": "application/json"].merging(headers) { $1 }
        all["X-Access-Token"] = token
        return try connect().request("POST", "/run", headers: all, body: Array(body.utf8))
    }

    func run(_ image: String, payload: String = "{}") throws -> TestClient.Response {
        try post(#"{"image":"docker-run-test/\#(image)","payload":\#(payload)}"#)
    }

    /// Runs a shell script, which finds the payload in $p.
    func run(script: String) throws -> TestClient.Response {
        try run("shell", payload: Self.payload(script: script))
    }

    static func payload(script: String) -> String {
        #"{"script":"\#(Data(script.utf8).base64EncodedString())"}"#
    }

    /// Sends a run and does not wait for its answer.
    func begin(script: String) throws -> TestClient {
        try begin(body: #"{"image":"docker-run-test/shell","payload":\#(Self.payload(script: script))}"#)
    }

    func begin(body: String) throws -> TestClient {
        let client = try connect()
        client.send(
            "POST /run HTTP/1.1\r\nHost: test\r\nX-Access-Token: \(Self.token)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        return client
    }

    /// The containers of this server that the engine has.
    func containers() throws -> [Engine.Container] {
        try Engine.containers().filter { $0.labels["docker-run.server"]?.hasSuffix(":\(port)") == true }
    }

    /// Waits until at least so many containers wait for a payload. The server has to log at level debug.
    ///
    /// - Parameter givenUp: ids of containers that do not count, because the server has given them up; they may still be there.
    /// - Returns: their ids.
    @discardableResult
    func awaitWaiting(_ count: Int, besides givenUp: [String] = []) throws -> [String] {
        var waiting: [Engine.Container] = []
        try eventually("\(waiting.count) wait, not \(count): \(logText)") {
            let log = logText
            waiting = try containers().filter { container in
                container.state == "running" && container.name.hasPrefix("/docker-run-warm-")
                    && !givenUp.contains(container.id)
                    && log.contains("a container waits container=\(container.name.dropFirst())\n")
                    && !log.contains(" container=\(container.name.dropFirst()) start=")
            }
            return waiting.count >= count
        }
        return waiting.map(\.id)
    }

    /// Waits until the programs in so many containers have ended, and sees that the containers go on for longer than the Engine
    /// keeps what nobody has read of one that has ended.
    func awaitRunnersAlone(_ count: Int) throws {
        var commands: [[String]] = []
        let areAlone = { [self] in
            commands = try containers().map { try Engine.commands(in: $0.id) }
            return commands.count == count && commands.allSatisfy { $0.count == 1 && $0[0].contains("code-runner") }
        }
        try eventually("a program goes on, or its container has ended: \(commands) \(logText)") { try areAlone() }
        let end = ContinuousClock.now + .seconds(2.5)
        while ContinuousClock.now < end {
            let areStillAlone = try areAlone()
            try #require(areStillAlone, "a container has ended: \(commands) \(logText)")
        }
    }

    func awaitNoContainers() throws {
        try eventually("containers are left: \((try? containers()) ?? []); the server says: \(logText)") {
            try containers().isEmpty
        }
    }

    /// - Returns: the status that the process exits with.
    func awaitExit() throws -> Int32 {
        try eventually("the server does not end: \(logText)", within: 60) { !process.isRunning }
        return process.terminationStatus
    }
}
