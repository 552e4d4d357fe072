internal import FoundationEssentials

/// The daemon's answer to a ``DockerCall``.
struct DockerAnswer {
    var status: Int
    var body: [UInt8]

    /// - Throws: ``DockerError/refused(status:message:)`` for a status that is an error.
    func check() throws(DockerError) {
        guard status >= 400 else { return }
        throw DockerError.refused(status: status, message: Self.message(in: body))
    }

    func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws(DockerError) -> Value {
        do { return try JSONDecoder().decode(type, from: Data(body)) } catch {
            throw DockerError.transport("the Docker daemon's answer is not what its API says: \(error)")
        }
    }

    /// A member of the answer's object that is a string without escapes.
    func string(_ name: String) throws(DockerError) -> String {
        guard let value = try member(name) else {
            throw DockerError.transport("the Docker daemon's answer has no \(name)")
        }
        guard value.first == UInt8(ascii: "\"") else {
            throw DockerError.transport("\(name) in the Docker daemon's answer is no string")
        }
        return String(decoding: value.dropFirst().dropLast(), as: UTF8.self)
    }

    /// A member of the answer's object as it was written; nil if there is none. The rest, of which there is a lot, is not
    /// decoded.
    func member(_ name: String) throws(DockerError) -> ArraySlice<UInt8>? {
        let quoted = Array("\"\(name)\"".utf8)
        var value: Range<Int>?
        var scanner = JSONScanner()
        do {
            try scanner.scan(body.span) { member in
                if body[member.name].elementsEqual(quoted) { value = member.value }
            }
        } catch {
            throw DockerError.transport("the Docker daemon's answer is not JSON: \(error)")
        }
        return value.map { body[$0] }
    }

    /// Error bodies are `{"message": …}` ("Errors"); whatever else comes is shown as it is, but not all of it.
    static func message(in body: [UInt8]) -> String {
        struct ErrorBody: Decodable {
            let message: String
        }
        if let decoded = try? JSONDecoder().decode(ErrorBody.self, from: Data(body)) { return decoded.message }
        let text = String(decoding: body.prefix(1024), as: UTF8.self)
        return text.isEmpty ? "the Docker daemon gave no reason" : text
    }
}
