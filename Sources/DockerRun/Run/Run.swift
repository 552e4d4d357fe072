/// A run that was submitted.
public struct Run: Sendable {
    public let id: String
    private let end: @Sendable () -> Void

    init(id: String, end: @escaping @Sendable () -> Void) {
        self.id = id
        self.end = end
    }

    /// Ends it: at once if it waits for a worker, else as soon as its worker notices, which it does at once where it waits
    /// for the container. Any thread may call it, at any time.
    public func cancel() { end() }
}
