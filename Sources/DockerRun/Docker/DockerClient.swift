internal import FoundationEssentials
internal import Synchronization

/// The calls of the Docker Engine API that a run needs. Any thread may make any of them; each blocks its thread until
/// the daemon has answered or the read timeout has passed.
///
/// Idle connections are kept and used again. There are never more than callers were active at once.
public final class DockerClient: Sendable {
    let settings: DockerSettings
    private let idle = Mutex<[DockerConnection]>([])

    public init(_ settings: DockerSettings) {
        self.settings = settings
    }

    /// "Get version".
    public func version() throws(DockerError) -> DockerVersion {
        let answer = try perform(DockerCall(method: .get, path: "/version"))
        do {
            return try JSONDecoder().decode(DockerVersion.self, from: Data(answer.body))
        } catch {
            throw DockerError.transport("the Docker daemon's version is not what its API says: \(error)")
        }
    }

    /// "Create a container", under a name of ours: it is known even if the answer never comes.
    func create(_ name: String, _ specification: ContainerSpecification) throws(DockerError) {
        let body: [UInt8]
        do { body = try specification.encoded() } catch {
            throw DockerError.transport("the container's settings cannot be encoded: \(error)")
        }
        _ = try perform(DockerCall(method: .post, path: "/containers/create?name=\(name)", body: body))
    }

    /// "Attach to a container".
    func attach(_ name: String) throws(DockerError) -> AttachStream {
        try AttachStream(container: name, settings)
    }

    /// "Start a container", for a caller that has other things to do until the answer comes. See ``check(_:)``.
    static func start(_ name: String) -> DockerCall {
        DockerCall(method: .post, path: "/containers/\(name)/start")
    }

    /// "Remove a container", with its anonymous volumes, whether it runs or not. A container that does not exist is as
    /// good as removed.
    func remove(_ name: String) throws(DockerError) {
        do {
            _ = try perform(DockerCall(method: .delete, path: "/containers/\(name)?v=1&force=1"))
        } catch .refused(status: 404, _) {
            return
        }
    }

    /// "Kill a container". One that does not run, or does not exist, needs no killing.
    func kill(_ name: String) throws(DockerError) {
        do {
            _ = try perform(DockerCall(method: .post, path: "/containers/\(name)/kill"))
        } catch .refused(status: 404, _) {
            return
        } catch .refused(status: 409, _) {
            return
        }
    }

    /// "List containers": the names of those that carry all these labels, whatever state they are in.
    func containers(labels: [String]) throws(DockerError) -> [ListedContainer] {
        do {
            let filters = try JSONEncoder().encode(["label": labels])
            let query = Self.percentEncoded(String(decoding: filters, as: UTF8.self))
            let answer = try perform(DockerCall(method: .get, path: "/containers/json?all=1&filters=\(query)"))
            return try JSONDecoder().decode([ListedContainer].self, from: Data(answer.body))
        } catch let error as DockerError {
            throw error
        } catch {
            throw DockerError.transport("the Docker daemon's list of containers is not what its API says: \(error)")
        }
    }

    // MARK: Connections

    /// Lends a connection for as long as `body` runs.
    func withConnection<Result>(
        _ body: (DockerConnection) throws(DockerError) -> Result
    ) throws(DockerError) -> Result {
        let connection = try takeConnection()
        defer { giveBack(connection) }
        return try body(connection)
    }

    func takeConnection() throws(DockerError) -> DockerConnection {
        if let connection = idle.withLock({ $0.popLast() }) { return connection }
        return try DockerConnection(settings)
    }

    func giveBack(_ connection: DockerConnection) {
        connection.abandon()
        idle.withLock { $0.append(connection) }
    }

    private func perform(_ call: DockerCall) throws(DockerError) -> DockerAnswer {
        try withConnection { (connection) throws(DockerError) in
            let answer = try connection.perform(call)
            try Self.check(answer)
            return answer
        }
    }

    /// - Throws: ``DockerError/refused(status:message:)`` for a status that is an error.
    static func check(_ answer: DockerAnswer) throws(DockerError) {
        guard answer.status >= 400 else { return }
        throw DockerError.refused(status: answer.status, message: message(in: answer.body))
    }

    /// Error bodies are `{"message": …}` ("Errors"); whatever else comes is shown as it is, but not all of it.
    static func message(in body: [UInt8]) -> String {
        struct ErrorBody: Decodable {
            let message: String
        }
        if let decoded = try? JSONDecoder().decode(ErrorBody.self, from: Data(body)) { return decoded.message }
        let text = String(decoding: body.prefix(1024), as: UTF8.self)
        return text.isEmpty ? "the Docker daemon gave no reason" : text
    }

    /// Everything but the unreserved characters of RFC 3986, section 2.3.
    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isUnreserved = byte < 128 && (character.isLetter || character.isNumber || "-._~".contains(character))
            return isUnreserved ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

/// A row of "List containers".
struct ListedContainer: Decodable, Equatable {
    let names: [String]
    let labels: [String: String]

    /// The API puts a slash before each name.
    var name: String? { names.first.map { String($0.drop(while: { $0 == "/" })) } }

    enum CodingKeys: String, CodingKey {
        case names = "Names"
        case labels = "Labels"
    }
}
