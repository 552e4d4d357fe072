internal import Glibc

/// Which server made a container, and which of its processes.
public struct ServerIdentity: Sendable {
    static let serverLabel = "docker-run.server"
    static let instanceLabel = "docker-run.instance"
    static let keptLabel = "docker-run.kept"

    /// It stays the same when the server is restarted, so that the next process finds what the last one left, and most often
    /// differs between two servers on one daemon. Not always: in network namespaces of their own, as in containers, two can
    /// have the same hostname, address and port. See ``Sweeper``.
    public let name: String
    /// Of this process alone: letters and digits.
    let instance: String

    public init(_ server: ServerSettings) {
        var buffer = [UInt8](repeating: 0, count: 256)
        gethostname(&buffer, buffer.count - 1)
        let hostname = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        name = "\(hostname):\(server.listenAddress):\(server.listenPort)"
        instance = String(UInt64.random(in: 0..<1 << 48), radix: 16)
    }

    func labels(kept: Bool) -> [String: String] {
        let labels = [Self.serverLabel: name, Self.instanceLabel: instance]
        return kept ? labels.merging([Self.keptLabel: "true"]) { $1 } : labels
    }
}
