internal import FoundationEssentials
internal import HTTP

/// A request or a notification of JSON-RPC 2.0, as far as all methods have the same.
struct RPCMessage: Decodable {
    /// Nil: a notification.
    let id: RPCID?
    let method: String
    let params: Params?

    struct Params: Decodable {
        /// Of a tool.
        let name: String?
        /// Of `initialize`.
        let protocolVersion: String?
        let meta: Meta?

        private enum CodingKeys: String, CodingKey {
            case name, protocolVersion
            case meta = "_meta"
        }
    }

    struct Meta: Decodable {
        let protocolVersion: String?
        let hasCapabilities: Bool
        let progressToken: RPCID?

        private enum CodingKeys: String, CodingKey {
            case protocolVersion = "io.modelcontextprotocol/protocolVersion"
            case capabilities = "io.modelcontextprotocol/clientCapabilities"
            case progressToken
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            protocolVersion = try members.decodeIfPresent(String.self, forKey: .protocolVersion)
            hasCapabilities = members.contains(.capabilities)
            progressToken = try members.decodeIfPresent(RPCID.self, forKey: .progressToken)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case jsonrpc, id, method, params
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        guard try members.decode(String.self, forKey: .jsonrpc).utf8.elementsEqual("2.0".utf8) else {
            throw DecodingError.dataCorruptedError(forKey: .jsonrpc, in: members, debugDescription: "")
        }
        // One that is null is an error, and not a notification.
        id = members.contains(.id) ? try members.decode(RPCID.self, forKey: .id) : nil
        method = try members.decode(String.self, forKey: .method)
        params = try members.decodeIfPresent(Params.self, forKey: .params)
    }

    init(json: [UInt8]) throws(RPCError) {
        do throws(ReadingFault) {
            self = try ReadingFault.read(RPCMessage.self, json)
        } catch {
            if case .notJSON = error.kind { throw RPCError(.parseError, "The body is not JSON") }
            throw RPCError(.invalidRequest, "The body is not one request of JSON-RPC 2.0: \(error)")
        }
    }
}

/// What an answer is found by. 0 is one.
enum RPCID: Codable, Equatable, Sendable {
    case number(Int)
    case text(String)

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else {
            self = .text(try value.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        }
    }

    /// - Parameter result: JSON.
    func response(_ result: [UInt8]) -> Response {
        let head = "{\"jsonrpc\":\"2.0\",\"id\":\(JSONText.text(self)),\"result\":"
        return Response(contentType: "application/json", .bytes(Array(head.utf8) + result + [UInt8(ascii: "}")]))
    }
}

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

    init(_ code: Code, _ message: String, status: Int = 400, data: Versions? = nil) {
        (self.code, self.message, self.status, self.data) = (code, message, status, data)
    }

    func response(to id: RPCID?) -> Response { Response(status: status, compact: Body(id: id, error: self)) }

    private struct Body: Encodable {
        let id: RPCID?
        let error: RPCError

        private enum CodingKeys: String, CodingKey {
            case jsonrpc, id, error
        }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            try members.encode("2.0", forKey: .jsonrpc)
            try members.encode(id, forKey: .id)
            try members.encode(error, forKey: .error)
        }
    }
}

extension RPCError: Encodable {
    private enum CodingKeys: String, CodingKey {
        case code, message, data
    }
}
