/// Why a body is not a request to run something.
public struct MalformedRequest: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
