internal import Dispatch
public import Logging

/// Follows the daemon's events, so that waiting containers are given up when the name of their image comes to stand for
/// another one. (An event may come a moment late; ``Conversation`` is what makes sure that no result is of the old image.)
///
/// Works on a queue of its own, whose thread waits for events most of the time.
public final class ImageWatcher: Sendable {
    private let docker: DockerClient
    private let pool: ContainerPool
    private let logger: Logger
    private let queue = ThreadShare.service.queue("image watcher")

    private static let retry = 1.0

    public init(docker: DockerClient, pool: ContainerPool, logger: Logger) {
        self.docker = docker
        self.pool = pool
        self.logger = logger
    }

    public func start() {
        queue.async { [self] in followAgainAndAgain(isNews: true) }
    }

    /// - Parameter isNews: whether a failure has not been logged yet.
    private func followAgainAndAgain(isNews: Bool) {
        var isNews = isNews
        do throws(DockerError) {
            try follow { isNews = true }
        } catch {
            if isNews {
                logger.warning("cannot follow the Docker daemon's events", metadata: ["reason": "\(error)"])
            }
        }
        queue.asyncAfter(deadline: .now() + Self.retry) { [self] in followAgainAndAgain(isNews: false) }
    }

    /// Whatever event comes, what it says does not matter: all names are looked up again.
    ///
    /// - Throws: when the stream of events ends.
    private func follow(begun: () -> Void) throws(DockerError) -> Never {
        let events = try docker.imageEvents()
        try lookUpNames()
        begun()
        pool.retryRefills()
        while true {
            try events.awaitBytes()
            try lookUpNames()
        }
    }

    private func lookUpNames() throws(DockerError) {
        for image in pool.images {
            do {
                pool.certify(image, try docker.imageID(ofImage: image))
            } catch .refused(_, let message) {
                // One image that the daemon cannot make sense of is no reason to lose sight of the others.
                logger.debug("cannot look up an image", metadata: ["image": "\(image)", "reason": "\(message)"])
            }
        }
    }
}
