internal import HTTP

/// An error of JSON-RPC, with the codes of MCP beside.
struct RPCError: Error {
    enum Code: Int, Encodable {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParams = -32602
        case internalError = -32603
        case headerMismatch = -32020
        case unsupportedVersion = -32022
    }

    struct Versions: Encodable {
        let supported: [String]
        let requested: String
    }

    var code: Code
    var message: String
    /// Of HTTP.
    var status: Int
    var data: Versions?
    /// What the server's log says.
    var logged = "request.body"

    init(_ code: Code, _ message: String, status: Int = 400, data: Versions? = nil) {
        (self.code, self.message, self.status, self.data) = (code, message, status, data)
    }

    func response(to id: RPCID?) -> Response { Response(status: status, compact: Body(id: OrNull(id), error: self)) }

    private struct Body: Encodable {
        let jsonrpc = "2.0"
        let id: OrNull<RPCID>
        let error: RPCError
    }
}

extension RPCError: Encodable {
    private enum CodingKeys: String, CodingKey {
        case code, message, data
    }
}
