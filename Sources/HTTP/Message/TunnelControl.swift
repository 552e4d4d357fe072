internal import Synchronization

/// What was said of a tunnel, from any thread. It knows neither the tunnel nor its output, so that each of them may know it.
final class TunnelControl: Sendable {
    /// Why nothing is read. To withdraw one reason leaves the other one.
    enum PauseReason: UInt8 {
        case owner = 1
        /// What it would lead to has to wait until the client has taken some of the output.
        case output = 2
    }

    /// The reasons, a bit each.
    private let pauseReasons = Atomic<UInt8>(0)
    private let wasResumed = Atomic(false)
    private let isToStay = Atomic(false)

    var isPaused: Bool { pauseReasons.load(ordering: .sequentiallyConsistent) != 0 }
    var stays: Bool { isToStay.load(ordering: .sequentiallyConsistent) }

    func pause(_ reason: PauseReason) {
        pauseReasons.bitwiseOr(reason.rawValue, ordering: .sequentiallyConsistent)
    }

    func resume(_ reason: PauseReason) {
        // In this order: whoever sees that it is not paused any more sees that it was resumed.
        wasResumed.store(true, ordering: .sequentiallyConsistent)
        pauseReasons.bitwiseAnd(~reason.rawValue, ordering: .sequentiallyConsistent)
    }

    /// - Returns: whether it was resumed since this was asked last.
    func takeResumption() -> Bool { wasResumed.exchange(false, ordering: .sequentiallyConsistent) }

    func stay() { isToStay.store(true, ordering: .sequentiallyConsistent) }
}
