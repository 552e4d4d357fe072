/// What decides of what kind a container is: all else that goes into a ``ContainerSpecification`` is the server's
/// configuration, which does not change.
struct PoolKey: Hashable, Sendable {
    /// As the client wrote it, which is printable ASCII: two that are equal are the same bytes.
    let image: String
    let runner: RunRequest.CodeRunner
}
