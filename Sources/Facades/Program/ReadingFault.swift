internal import FoundationEssentials

/// What is wrong with a text that is not the JSON that was asked for: where, and what.
struct ReadingFault: Error {
    enum Kind { case notJSON, missing, wrongKind, outOfRange, unknown }

    var kind: Kind
    /// Names of members and numbers of elements, from the outside in; empty for all of it.
    var path: [String]

    init(_ kind: Kind, _ path: [String] = []) {
        self.kind = kind
        self.path = path
    }

    init(_ error: any Error) {
        switch error {
        case let unknown as UnknownMember: self.init(.unknown, unknown.path)
        case DecodingError.keyNotFound(let key, let context): self.init(.missing, context.codingPath + [key])
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            self.init(.wrongKind, context.codingPath)
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            self.init(.outOfRange, context.codingPath)
        default: self.init(.notJSON)
        }
    }

    private init(_ kind: Kind, _ keys: [any CodingKey]) {
        self.init(kind, keys.map { key in key.intValue.map { "\($0)" } ?? key.stringValue })
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
        let name = path.joined(separator: ".")
        return switch kind {
        case .notJSON: "the body is not JSON"
        case .missing: "\"\(name)\" is missing"
        case .wrongKind: path.isEmpty ? "the body is not an object" : "\"\(name)\" is not of the right kind"
        case .outOfRange: "\"\(name)\" is out of range"
        case .unknown: "there is no \"\(name)\""
        }
    }
}

/// A member that nobody reads: perhaps one that is spelt wrong.
private struct UnknownMember: Error {
    let path: [any CodingKey]
}

extension Decoder {
    /// - Throws: an error that names a member which is none of these.
    func refuseMembers<Key: CodingKey & CaseIterable>(beside _: Key.Type) throws {
        let known = Key.allCases.map(\.stringValue)
        for key in try container(keyedBy: AnyKey.self).allKeys
        where !known.contains(where: { $0.utf8.elementsEqual(key.stringValue.utf8) }) {
            throw UnknownMember(path: codingPath + [key])
        }
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
