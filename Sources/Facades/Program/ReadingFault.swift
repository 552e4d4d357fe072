internal import FoundationEssentials

/// What is wrong with a text that is not the JSON that was asked for: where, and what.
struct ReadingFault: Error {
    enum Kind {
        case notJSON, missing, outOfRange, unknown
        case wrongKind(expected: Any.Type)
    }

    /// From the outside in.
    enum Step: Equatable {
        case member(String)
        case element(Int)
    }

    var kind: Kind
    /// Empty for all of it.
    var path: [Step]

    init(_ kind: Kind, _ path: [Step] = []) {
        self.kind = kind
        self.path = path
    }

    init(_ error: any Error) {
        switch error {
        case let fault as ReadingFault: self = fault
        case DecodingError.keyNotFound(let key, let context): self.init(.missing, context.codingPath + [key])
        case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
            self.init(.wrongKind(expected: type), context.codingPath)
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            self.init(.outOfRange, context.codingPath)
        default: self.init(.notJSON)
        }
    }

    private init(_ kind: Kind, _ keys: [any CodingKey]) {
        self.init(kind, keys.map { key in key.intValue.map(Step.element) ?? .member(key.stringValue) })
    }

    static func read<Value: Decodable>(_ type: Value.Type, _ json: [UInt8]) throws(ReadingFault) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(json))
        } catch {
            throw ReadingFault(error)
        }
    }
}

extension ReadingFault: CustomStringConvertible {
    var description: String {
        let name = path.map { "\($0)" }.joined(separator: ".")
        return switch kind {
        case .notJSON: "the body is not JSON"
        case .missing: "\"\(name)\" is missing"
        case .wrongKind: path.isEmpty ? "the body is not an object" : "\"\(name)\" is not of the right kind"
        case .outOfRange: "\"\(name)\" is out of range"
        case .unknown: "there is no \"\(name)\""
        }
    }
}

extension ReadingFault.Step: CustomStringConvertible, Encodable {
    var description: String {
        switch self {
        case .member(let name): name
        case .element(let index): "\(index)"
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .member(let name): try value.encode(name)
        case .element(let index): try value.encode(index)
        }
    }
}

/// The names of an object's members, in no order.
struct MemberNames: Decodable {
    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private let names: [String]
    private let path: [any CodingKey]

    init(from decoder: any Decoder) throws {
        names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue)
        path = decoder.codingPath
    }

    /// A name that nobody reads is perhaps one that is spelt wrong.
    func refuse(beside known: [String]) throws(ReadingFault) {
        for name in names where !known.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            let steps = path.map { key in key.intValue.map(ReadingFault.Step.element) ?? .member(key.stringValue) }
            throw ReadingFault(.unknown, steps + [.member(name)])
        }
    }
}
