internal import Bytes
internal import FoundationEssentials
internal import Synchronization

/// The calls of the Docker Engine API that a run needs. Any thread may make any of them; each blocks its thread until
/// the daemon has answered or the read timeout has passed.
///
/// Connections are kept when their call is over, and used again: there are as many as there ever were calls at once.
final class DockerClient: Sendable {
    private let settings: DockerSettings
    private let metrics: DockerCallMetrics
    private let idle = Mutex<[DockerConnection]>([])

    /// - Parameter metrics: learns of every call, and may be shared.
    init(_ settings: DockerSettings, _ metrics: DockerCallMetrics = DockerCallMetrics()) {
        self.settings = settings
        self.metrics = metrics
    }

    /// "Ping": the least that a daemon which works can answer.
    func ping() throws(DockerError) {
        _ = try perform(DockerCall(name: .ping, method: .get, path: "/_ping"))
    }

    /// "Get version".
    func version() throws(DockerError) -> DockerVersion {
        try perform(DockerCall(name: .version, method: .get, path: "/version")).decoded()
    }

    /// "Get system information".
    func info() throws(DockerError) -> DockerInfo {
        try perform(DockerCall(name: .info, method: .get, path: "/info")).decoded()
    }

    /// "Create a container", under a name of ours: it is known even if the answer never comes.
    ///
    /// - Parameter body: a ``ContainerSpecification``.
    /// - Returns: what the daemon remarks, most often that it has discarded a limit.
    func create(_ name: String, _ body: [UInt8]) throws(DockerError) -> [String] {
        let path = "/containers/create?name=\(name)"
        return warnings(in: try perform(DockerCall(name: .create, method: .post, path: path, body: body)))
    }

    /// "Update a container", which may be running.
    ///
    /// - Returns: what the daemon remarks.
    func update(_ name: String, _ resources: ContainerResources) throws(DockerError) -> [String] {
        let path = "/containers/\(name)/update"
        let body = try DockerCall.body(resources)
        return warnings(in: try perform(DockerCall(name: .update, method: .post, path: path, body: body)))
    }

    /// What was asked for is done, whatever else the answer says.
    private func warnings(in answer: DockerAnswer) -> [String] {
        // Nearly always there are none, which can be seen without a decoder.
        guard let list = try? answer.member("Warnings"), list.count > "null".utf8.count else { return [] }
        let warnings = (try? DockerAnswer(status: answer.status, body: Array(list)).decoded(as: [String].self)) ?? []
        metrics.warned(warnings.count)
        return warnings
    }

    /// "Attach to a container", which must happen before it is started if no output is to be missed. What is written goes
    /// to its stdin, what is read are frames for a ``FrameDecoder``.
    func attach(_ name: String) throws(DockerError) -> DockerStream {
        let path = "/containers/\(name)/attach?stream=1&stdin=1&stdout=1&stderr=1"
        return try openStream(DockerCall(name: .attach, method: .post, path: path), upgrade: true)
    }

    /// "Start a container".
    func start(_ name: String) throws(DockerError) {
        _ = try perform(Self.startCall(name))
    }

    /// "Start a container", for a caller that has other things to do until the answer comes. See ``DockerAnswer/check()``.
    static func startCall(_ name: String) -> DockerCall {
        DockerCall(name: .start, method: .post, path: "/containers/\(name)/start")
    }

    /// "Inspect a container".
    func inspect(_ name: String) throws(DockerError) -> ContainerInspection {
        let path = "/containers/\(name)/json"
        return ContainerInspection(try perform(DockerCall(name: .inspect, method: .get, path: path)))
    }

    /// "Inspect an image": what its name stands for now; nil if that is nothing.
    func imageID(ofImage name: String) throws(DockerError) -> String? {
        // Such a path would be another one by the time that it arrives (RFC 3986, section 5.2.4).
        let segments = name.split(at: "/", omittingEmpty: false)
        guard !segments.contains(where: { ["", ".", ".."].contains($0) }) else { return nil }
        return try withConnection { (connection) throws(DockerError) in
            try Self.imageID(try connection.perform(Self.imageCall(name)))
        }
    }

    /// "Inspect an image", for a caller that has other things to do until the answer comes.
    static func imageCall(_ name: String) -> DockerCall {
        DockerCall(
            name: .inspectImage, method: .get, path: "/images/\(DockerCall.percentEncoded(name, except: "/:@"))/json")
    }

    /// What the answer to ``imageCall(_:)`` says: the image's id; nil if there is none of that name.
    static func imageID(_ answer: DockerAnswer) throws(DockerError) -> String? {
        guard answer.status != 400 && answer.status != 404 else { return nil }
        try answer.check()
        return try answer.string("Id")
    }

    /// "List images": those that carry this label.
    func images(labelled label: String) throws(DockerError) -> [ListedImage] {
        let filters = String(decoding: try DockerCall.body(["label": [label]]), as: UTF8.self)
        let path = "/images/json?filters=\(DockerCall.percentEncoded(filters))"
        return try perform(DockerCall(name: .listImages, method: .get, path: path)).decoded()
    }

    /// "Monitor events": something is there to read whenever one has come, since just before the call.
    func events(_ events: DockerEvents) throws(DockerError) -> DockerStream {
        let now = Date().timeIntervalSince1970
        let path = "/events?since=\(now)&filters=\(DockerCall.percentEncoded(events.filters))"
        return try openStream(DockerCall(name: .events, method: .get, path: path), upgrade: false)
    }

    /// "Monitor events": those that there were, in nanoseconds since 1970. The answer is complete at once if `until` is past.
    static func pastEventsCall(since: Int, until: Int) -> DockerCall {
        DockerCall(
            name: .pastEvents, method: .get, path: "/events?since=\(seconds(since))&until=\(seconds(until))")
    }

    /// Seconds with nine digits behind the point.
    private static func seconds(_ nanoseconds: Int) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
    }

    /// "Remove a container", with its anonymous volumes, whether it runs or not. A container that does not exist is as
    /// good as removed.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func remove(_ name: String) throws(DockerError) -> Bool {
        do {
            _ = try perform(DockerCall(name: .remove, method: .delete, path: "/containers/\(name)?v=1&force=1"))
            return true
        } catch .refused(status: 404, _) {
            return false
        }
    }

    /// "Kill a container". One that does not run, or does not exist, needs no killing.
    func kill(_ name: String) throws(DockerError) {
        do {
            _ = try perform(DockerCall(name: .kill, method: .post, path: "/containers/\(name)/kill"))
        } catch .refused(status: 404, _) {
            return
        } catch .refused(status: 409, _) {
            return
        }
    }

    /// "List containers": the names of those that carry all these labels, whatever state they are in.
    func containers(labels: [String]) throws(DockerError) -> [ListedContainer] {
        let filters = try DockerCall.body(["label": labels])
        let query = DockerCall.percentEncoded(String(decoding: filters, as: UTF8.self))
        let answer = try perform(
            DockerCall(name: .list, method: .get, path: "/containers/json?all=1&filters=\(query)"))
        return try answer.decoded()
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
        return try DockerConnection(settings, metrics)
    }

    func giveBack(_ connection: DockerConnection) {
        connection.abandon()
        idle.withLock { $0.append(connection) }
    }

    private func openStream(_ call: DockerCall, upgrade: Bool) throws(DockerError) -> DockerStream {
        let began = ContinuousClock.now
        do throws(DockerError) {
            let stream = try DockerStream(call, upgrade: upgrade, settings)
            metrics.answered(call.name, status: 200, after: .now - began)
            return stream
        } catch {
            if case .refused(let status, _) = error {
                metrics.answered(call.name, status: status, after: .now - began)
            } else {
                metrics.failed(call.name, error)
            }
            throw error
        }
    }

    func perform(_ call: DockerCall) throws(DockerError) -> DockerAnswer {
        try withConnection { (connection) throws(DockerError) in
            let answer = try connection.perform(call)
            try answer.check()
            return answer
        }
    }
}
