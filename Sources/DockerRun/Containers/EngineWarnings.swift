internal import Logging
internal import Synchronization

/// What the Engine remarks when it creates or updates containers: each remark goes into the log once. It is how an Engine says
/// that it has discarded a limit.
final class EngineWarnings: Sendable {
    private let known = Mutex<Set<String>>([])
    private let logger: Logger
    /// The texts are the Engine's, so there could be any number of them.
    private static let maximum = 100

    init(_ logger: Logger) {
        self.logger = logger
    }

    func take(_ warnings: [String]) {
        for warning in warnings {
            let isNew = known.withLock { $0.count < Self.maximum && $0.insert(warning).inserted }
            if isNew {
                logger.warning("the Docker Engine warns of its containers", metadata: ["warning": "\(warning)"])
            }
        }
    }
}
