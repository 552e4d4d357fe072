internal import Bytes
internal import FoundationEssentials
internal import HTTP

/// Which revision of the protocol a request speaks: they differ in how it is said, and in what is an error of HTTP.
enum ProtocolEra {
    /// 2026-07-28: every request says all that it needs.
    case modern
    /// Those that begin with `initialize`.
    case legacy

    static let modernVersion = "2026-07-28"
    /// The newest first.
    static let legacyVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

    /// - Throws: ``RPCError`` if a modern request contradicts its own headers, or lacks something, or the version is not known.
    init(of message: MCPMessage, _ headers: Headers) throws(RPCError) {
        let version = try Self.value(of: "MCP-Protocol-Version", headers)
        let params: MCPParams?
        do throws(RPCError) {
            params = try message.params
        } catch {
            throw Self.isIn([Self.modernVersion], version) ? error : Self.legacy.adapted(error)
        }
        let meta = params?.meta
        guard let stated = meta?.protocolVersion else {
            self = .legacy
            if Self.isIn([Self.modernVersion], version) {
                throw RPCError(.invalidParams, "params._meta lacks \"io.modelcontextprotocol/protocolVersion\"")
            }
            if let version, !Self.isIn(Self.legacyVersions, version) { throw Self.unsupported(version) }
            return
        }
        self = .modern
        guard meta?.capabilities != nil else {
            throw RPCError(.invalidParams, "params._meta lacks \"io.modelcontextprotocol/clientCapabilities\"")
        }
        try Self.compare(version, stated, "MCP-Protocol-Version")
        try Self.compare(try Self.value(of: "Mcp-Method", headers), message.method, "Mcp-Method")
        if message.method.utf8.elementsEqual("tools/call".utf8), let name = params?.name {
            try Self.compare(try Self.value(of: "Mcp-Name", headers).map(Self.decoded), name, "Mcp-Name")
        }
        guard Self.isIn([Self.modernVersion], stated) else { throw Self.unsupported(stated) }
    }

    /// Before 2026-07-28, what is wrong with a request that was read is no error of HTTP.
    func adapted(_ error: RPCError) -> RPCError {
        guard case .legacy = self else { return error }
        var error = error
        error.status = 200
        return error
    }

    private static func isIn(_ versions: [String], _ version: String?) -> Bool {
        guard let version else { return false }
        return versions.contains { $0.utf8.elementsEqual(version.utf8) }
    }

    private static func unsupported(_ version: String) -> RPCError {
        RPCError(
            .unsupportedVersion, "Unsupported protocol version",
            data: Versions(supported: [modernVersion] + legacyVersions, requested: version))
    }

    private static func value(of name: String, _ headers: Headers) throws(RPCError) -> String? {
        let values = headers.bytes(of: name)
        guard values.count < 2 else { throw RPCError(.headerMismatch, "\(name) is there twice") }
        return values.first.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func compare(_ header: String?, _ body: String, _ name: String) throws(RPCError) {
        guard let header, header.utf8.elementsEqual(body.utf8) else {
            throw RPCError(.headerMismatch, "\(name) does not say what the body does")
        }
    }

    /// What is no ASCII comes as `=?base64?…?=`.
    private static func decoded(_ value: String) -> String {
        let (start, end) = ("=?base64?".utf8, "?=".utf8)
        guard value.utf8.starts(with: start), value.utf8.count > start.count + end.count, value.utf8.ends(with: "?=")
        else { return value }
        let text = String(decoding: value.utf8.dropFirst(start.count).dropLast(end.count), as: UTF8.self)
        return Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) } ?? value
    }
}

private struct Versions: Encodable {
    let supported: [String]
    let requested: String
}

extension RPCError.Code {
    fileprivate static let headerMismatch = Self(rawValue: -32020)
    fileprivate static let unsupportedVersion = Self(rawValue: -32022)
}
