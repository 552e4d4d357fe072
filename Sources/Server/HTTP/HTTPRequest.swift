/// A request that has arrived whole.
struct HTTPRequest: Sendable {
    /// Unique among all requests of all servers, for logs and for the names of containers.
    let id: String
    let head: RequestHead
    let body: RequestBody
    /// When its first byte came.
    let began: ContinuousClock.Instant
}
