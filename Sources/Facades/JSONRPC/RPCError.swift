internal import HTTP

/// An error of JSON-RPC 2.0 (section 5.1), and how it is answered over HTTP.
struct RPCError: Error {
    struct Code: Encodable, Equatable, RawRepresentable {
        let rawValue: Int

        static let parseError = Code(rawValue: -32700)
        static let invalidRequest = Code(rawValue: -32600)
        static let methodNotFound = Code(rawValue: -32601)
        static let invalidParams = Code(rawValue: -32602)
        static let internalError = Code(rawValue: -32603)
    }

    var code: Code
    var message: String
    /// Of HTTP.
    var status: Int
    var data: (any Encodable & Sendable)?
    /// What the server's log says.
    var logged: String

    init(
        _ code: Code, _ message: String, status: Int = 400, data: (any Encodable & Sendable)? = nil,
        logged: String = "request.body"
    ) {
        (self.code, self.message, self.status, self.data, self.logged) = (code, message, status, data, logged)
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

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(code, forKey: .code)
        try members.encode(message, forKey: .message)
        if let data { try data.encode(to: members.superEncoder(forKey: .data)) }
    }
}
