typealias MCPMessage = RPCMessage<MCPParams>

/// What the parameters of different methods have, as far as it matters here.
struct MCPParams: Decodable, Sendable {
    /// Of a tool.
    let name: String?
    /// Of `initialize`.
    let protocolVersion: String?
    let meta: Meta?

    private enum CodingKeys: String, CodingKey {
        case name, protocolVersion
        case meta = "_meta"
    }

    struct Meta: Decodable, Sendable {
        let protocolVersion: String?
        let capabilities: Anything?
        let progressToken: RPCID?

        private enum CodingKeys: String, CodingKey {
            case protocolVersion = "io.modelcontextprotocol/protocolVersion"
            case capabilities = "io.modelcontextprotocol/clientCapabilities"
            case progressToken
        }
    }

    struct Anything: Decodable, Sendable {
        init(from _: any Decoder) {}
    }
}
