internal import DockerRun
public import HTTP

/// The Model Context Protocol, by which agents call tools: `POST /mcp`, in its revision of 2026-07-28 and in the older ones
/// that begin with `initialize`. Nothing is kept from one request to the next
/// (https://modelcontextprotocol.io/specification).
public struct MCP: Facade {
    public static let name = "mcp"
    public static let paths = ["/mcp"]
    public static let refusesForeignPages = true

    private let server: ServerInfo

    /// - Parameter version: of this server.
    public init(version: String) {
        server = ServerInfo(version: version)
    }

    public var routes: [FacadeRoute] { [FacadeRoute("/mcp", .posted { [self] in translate($0) })] }

    /// What is refused before it was read has no id.
    public func response(to fault: Fault) -> Response {
        let code: RPCError.Code = fault.status < 500 ? .invalidRequest : .internalError
        return RPCError(code, fault.message, status: fault.status).response(to: nil)
    }

    private func translate(_ request: FacadeRequest) -> Translation {
        var id: RPCID?
        do throws(RPCError) {
            let message = try MCPMessage(json: request.body)
            id = message.id
            guard let id else { return .answer(Response(status: 202, .bytes([]))) }
            let era = try ProtocolEra(of: message, request.headers)
            do throws(RPCError) {
                return try answer(message, id, era, request)
            } catch {
                throw era.adapted(error)
            }
        } catch {
            return .answer(error.response(to: id), errorCode: error.logged)
        }
    }

    private func answer(
        _ message: MCPMessage, _ id: RPCID, _ era: ProtocolEra, _ request: FacadeRequest
    ) throws(RPCError) -> Translation {
        switch (message.method, era) {
        case ("server/discover", .modern): return .answer(id.response(server.discovery))
        case ("initialize", .legacy):
            return .answer(id.response(server.initialization(try message.params?.protocolVersion)))
        case ("ping", .legacy): return .answer(id.response(Array("{}".utf8)))
        case ("tools/list", _):
            return .answer(id.response(ToolList.json(try languages(request), request.limits, server)))
        case ("tools/call", _):
            let call = try ToolCall(message, id, era, request)
            return call.translation(try languages(request))
        default: throw RPCError(.methodNotFound, "There is no method \"\(message.method)\"", status: 404)
        }
    }

    private func languages(_ request: FacadeRequest) throws(RPCError) -> [Language] {
        do throws(RunError) {
            return try request.languages()
        } catch {
            throw RPCError(.internalError, "\(error)", status: 500, logged: error.code)
        }
    }
}
