/// Why there can be no event loop, or nothing that listens.
public struct SetupError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
