/// Why there can be no event loop, or no server on it.
struct EventLoopError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
