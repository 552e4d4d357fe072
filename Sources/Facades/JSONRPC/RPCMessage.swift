internal import FoundationEssentials

/// A request or a notification of JSON-RPC 2.0 (https://www.jsonrpc.org/specification).
struct RPCMessage<Params: Decodable & Sendable>: Decodable, Sendable {
    /// Nil: a notification.
    let id: RPCID?
    let method: String
    private let readParams: Result<Params?, ReadingFault>

    /// - Throws: what is wrong with them, where the rest of the message could be read.
    var params: Params? {
        get throws(RPCError) {
            do throws(ReadingFault) {
                return try readParams.get()
            } catch {
                throw RPCError(.invalidParams, "\(error)")
            }
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
        readParams = Result { try members.decodeIfPresent(Params.self, forKey: .params) }.mapError(ReadingFault.init)
    }

    init(json: [UInt8]) throws(RPCError) {
        do throws(ReadingFault) {
            self = try ReadingFault.read(Self.self, json)
        } catch {
            if case .notJSON = error.kind { throw RPCError(.parseError, "The body is not JSON") }
            throw RPCError(.invalidRequest, "The body is not one request of JSON-RPC 2.0: \(error)")
        }
    }
}
