import Foundation
import TestSupport
import Testing

/// The Docker Engine of the tests, spoken to over its socket without any of the code under test.
enum Engine {
    static let socketPath: String = {
        guard let path = ProcessInfo.processInfo.environment["DOCKER_UNIX_SOCKET_PATH"] else {
            fatalError("DOCKER_UNIX_SOCKET_PATH is not set: run the tests with make test")
        }
        return path
    }()

    struct Container {
        let id: String
        let name: String
        let labels: [String: String]
        let state: String
    }

    @discardableResult
    static func call(_ method: String, _ path: String, json: Any? = nil) throws -> TestClient.Response {
        let body = try json.map { try Array(JSONSerialization.data(withJSONObject: $0)) } ?? []
        return try TestClient(.unixSocket(socketPath))
            .request(method, path, headers: ["Content-Type": "application/json"], body: body)
    }

    /// All containers whose labels say that docker-run made them.
    static func containers() throws -> [Container] {
        let filter = #"{"label":["docker-run.server"]}"#.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
        let answer = try call("GET", "/containers/json?all=1&filters=\(filter)")
        let list = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [[String: Any]] ?? []
        return list.map { item in
            Container(
                id: item["Id"] as! String, name: (item["Names"] as! [String])[0],
                labels: item["Labels"] as! [String: String], state: item["State"] as! String)
        }
    }

    static func running() throws -> [Container] { try containers().filter { $0.state == "running" } }

    /// The names of the OCI runtimes that it knows.
    static func runtimes() throws -> [String] {
        let runtimes = try call("GET", "/info").json["Runtimes"] as? [String: Any]
        return runtimes.map { Array($0.keys) } ?? []
    }

    /// The OCI runtime of a container.
    static func runtime(of container: String) throws -> String? {
        let settings = try call("GET", "/containers/\(container)/json").json["HostConfig"] as? [String: Any]
        return settings?["Runtime"] as? String
    }

    /// What goes on in a container; nothing if it does not run.
    static func commands(in container: String) throws -> [String] {
        let processes = try call("GET", "/containers/\(container)/top").json["Processes"] as? [[String]]
        return processes?.compactMap(\.last) ?? []
    }

    static func remove(_ container: String) throws {
        try call("DELETE", "/containers/\(container)?v=1&force=1")
    }

    /// scripts/engine, which knows where the engine's processes are.
    static func control(_ command: String) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../scripts/engine")
        let process = Process()
        process.executableURL = script.standardizedFileURL
        let name = URL(filePath: socketPath).deletingLastPathComponent().lastPathComponent
        process.arguments = [command, name]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "scripts/engine \(command) failed")
    }
}

/// Does something on as many threads at once, and gives the results in order.
func inParallel<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
) throws -> [Result] {
    let results = Results<Result>(count)
    let group = DispatchGroup()
    for index in 0..<count {
        group.enter()
        Thread.detachNewThread {
            results.set(index, Swift.Result { try body(index) })
            group.leave()
        }
    }
    group.wait()
    return try results.all()
}

extension Thread {
    /// Does something on a thread of its own, again and again, whatever comes of it.
    static func repeats(until stop: Flag, _ body: @escaping @Sendable () throws -> Void) -> DispatchGroup {
        let group = DispatchGroup()
        group.enter()
        detachNewThread {
            while !stop.isSet { try? body() }
            group.leave()
        }
        return group
    }
}

private final class Results<Element: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var results: [Result<Element, any Error>?]

    init(_ count: Int) { results = Array(repeating: nil, count: count) }

    func set(_ index: Int, _ result: Result<Element, any Error>) { lock.withLock { results[index] = result } }

    func all() throws -> [Element] { try lock.withLock { try results.map { try $0!.get() } } }
}
