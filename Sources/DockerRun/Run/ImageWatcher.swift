internal import Logging

/// Follows the daemon's events of images, so that waiting containers are given up when the name of their image comes to stand
/// for another one, and the catalog of languages has those that there are. (An event may come a moment late;
/// ``Conversation`` is what makes sure that no result is of the old image.)
final class ImageWatcher: Sendable {
    private let follower: EventFollower

    /// - Parameter pool: nil where no container waits.
    init(docker: DockerClient, pool: ContainerPool?, languages: Languages, logger: Logger) {
        follower = EventFollower(.imageNames, of: docker, logger: logger) { () throws(DockerError) in
            languages.imagesMayHaveChanged()
            if let pool { try Self.look(at: docker, for: pool, logger) }
        } whenBack: {
            pool?.retryRefills()
        }
    }

    func start() {
        follower.start()
    }

    private static func look(
        at docker: DockerClient, for pool: ContainerPool, _ logger: Logger
    ) throws(DockerError) {
        let began = ImageFreshness.Moment.now()
        var isKnown = true
        for image in pool.images {
            do throws(DockerError) {
                pool.setCurrentImage(image, try docker.imageID(ofImage: image))
            } catch .refused(_, let message) {
                isKnown = false
                // One image that the daemon cannot make sense of is no reason to lose sight of the others.
                logger.debug("cannot look up an image", metadata: ["image": "\(image)", "reason": "\(message)"])
            }
        }
        if isKnown { pool.freshness.confirm(began) }
    }
}
