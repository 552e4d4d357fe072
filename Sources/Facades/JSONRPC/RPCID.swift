internal import HTTP

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
