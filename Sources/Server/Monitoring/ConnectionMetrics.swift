internal import Synchronization

/// Counts clients' connections.
final class ConnectionMetrics: Sendable {
    private let openCount = Atomic(0)
    private let gaveWayCount = Atomic(0)

    /// How many are open.
    var open: Int { openCount.load(ordering: .relaxed) }
    /// How many were closed because there were too many.
    var haveGivenWay: Int { gaveWayCount.load(ordering: .relaxed) }

    func opened() { openCount.add(1, ordering: .relaxed) }
    func closed() { openCount.subtract(1, ordering: .relaxed) }
    func gaveWay() { gaveWayCount.add(1, ordering: .relaxed) }
}
