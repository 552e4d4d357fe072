internal import Dispatch
public import Logging

/// Finds containers that this server made and lost: left by a process that was killed, or created by a call whose answer
/// never came. Looks at start and then every minute, and gives what it finds to the reaper.
///
/// Works on a queue of its own, so that a daemon which does not answer holds up nothing else.
public final class Sweeper: Sendable {
    private let docker: DockerClient
    private let reaper: Reaper
    private let identity: ServerIdentity
    private let logger: Logger
    private let queue = ThreadShare.service.queue("sweeper")

    private static let interval = 60.0
    private static let retry = 5.0

    public init(docker: DockerClient, reaper: Reaper, identity: ServerIdentity, logger: Logger) {
        self.docker = docker
        self.reaper = reaper
        self.identity = identity
        self.logger = logger
    }

    /// Call it when the listening socket is bound: only then is it certain that no other process has this identity.
    public func start() {
        queue.async { [self] in sweepAgainAndAgain() }
    }

    private func sweepAgainAndAgain() {
        var interval = Self.interval
        do throws(DockerError) {
            let count = try sweep()
            if count > 0 { logger.notice("leftover containers found", metadata: ["count": "\(count)"]) }
        } catch {
            logger.warning("cannot look for leftover containers", metadata: ["reason": "\(error)"])
            interval = Self.retry
        }
        queue.asyncAfter(deadline: .now() + interval) { [self] in sweepAgainAndAgain() }
    }

    /// - Returns: how many containers were given to the reaper.
    private func sweep() throws(DockerError) -> Int {
        let listed = try docker.containers(labels: ["\(ServerIdentity.serverLabel)=\(identity.name)"])
        // A name enters the ledger before its container is created, so whatever was listed and is not there now has
        // either been removed meanwhile, which removing it again does not hurt, or is nobody's.
        let leftovers = listed.filter { $0.labels[ServerIdentity.keptLabel] == nil }
            .compactMap(\.name)
            .filter { !reaper.ledger.contains($0) }
        for name in leftovers {
            reaper.ledger.add(name)
            reaper.take(name)
        }
        return leftovers.count
    }
}
