internal import Glibc

/// Which server made a container. It stays the same when the server is restarted, so that the next process finds what
/// the last one left, and differs between two servers on one daemon, so that neither touches the other's.
public struct ServerIdentity: Sendable, Equatable {
    static let serverLabel = "docker-run.server"
    static let keptLabel = "docker-run.kept"

    public let name: String

    /// No two processes of one host can listen on the same address and port.
    public init(_ server: ServerSettings) {
        var buffer = [UInt8](repeating: 0, count: 256)
        gethostname(&buffer, buffer.count - 1)
        let hostname = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        name = "\(hostname):\(server.listenAddress):\(server.listenPort)"
    }

    func labels(kept: Bool) -> [String: String] {
        kept ? [Self.serverLabel: name, Self.keptLabel: "true"] : [Self.serverLabel: name]
    }
}
