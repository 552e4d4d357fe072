/// Which server made a container, and which of its processes.
struct ServerIdentity: Sendable {
    static let serverLabel = "docker-run.server"
    static let instanceLabel = "docker-run.instance"
    static let keptLabel = "docker-run.kept"

    /// The same in every process of the server, and, as a rule, of no other server. See ``Sweeper``.
    let name: String
    /// Of this process alone: letters and digits.
    let instance: String

    init(name: String) {
        self.name = name
        instance = String(UInt64.random(in: 0..<1 << 48), radix: 16)
    }

    func labels(kept: Bool) -> [String: String] {
        let labels = [Self.serverLabel: name, Self.instanceLabel: instance]
        return kept ? labels.merging([Self.keptLabel: "true"]) { $1 } : labels
    }
}
