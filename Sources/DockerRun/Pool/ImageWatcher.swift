internal import Logging

/// Follows the daemon's events, so that waiting containers are given up when the name of their image comes to stand for
/// another one. (An event may come a moment late; ``Conversation`` is what makes sure that no result is of the old image.)
final class ImageWatcher: Sendable {
    private let follower: EventFollower

    init(docker: DockerClient, pool: ContainerPool, logger: Logger) {
        follower = EventFollower(.imageNames, of: docker, logger: logger) { () throws(DockerError) in
            let began = ImageFreshness.Moment.now()
            var isKnown = true
            for image in pool.images {
                do throws(DockerError) {
                    pool.setCurrentImage(image, try docker.imageID(ofImage: image))
                } catch .refused(_, let message) {
                    isKnown = false
                    // One image that the daemon cannot make sense of is no reason to lose sight of the others.
                    logger.debug(
                        "cannot look up an image", metadata: ["image": "\(image)", "reason": "\(message)"])
                }
            }
            if isKnown { pool.freshness.confirm(began) }
        } whenBack: {
            pool.retryRefills()
        }
    }

    func start() {
        follower.start()
    }
}
