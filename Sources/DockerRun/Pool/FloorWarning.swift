internal import Logging
internal import Synchronization

/// Says, once, that fewer containers wait than always should. How much memory they take is known only when they are there.
final class FloorWarning: Sendable {
    private let logger: Logger
    private let isSaid = Atomic(false)

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// - Parameters:
    ///   - bytes: that what is always wanted takes, as far as that is known.
    ///   - allowed: bytes that it may take.
    func compare(_ bytes: Int, _ allowed: Int) {
        guard bytes > allowed, !isSaid.exchange(true, ordering: .relaxed) else { return }
        logger.warning(
            "fewer containers wait than POOL_IMAGES says: together they take more than POOL_MAX_MEMORY",
            metadata: ["bytes": "\(bytes)", "allowed": "\(allowed)"])
    }
}
