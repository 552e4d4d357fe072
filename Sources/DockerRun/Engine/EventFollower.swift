internal import Dispatch
internal import Logging

/// Follows some of the daemon's events for as long as the process lives, also over restarts of the daemon.
///
/// What an event says does not matter: each is a reason to look, and so is the beginning of a stream, since events may have
/// been missed before it. Works on a queue of its own, whose thread waits for events most of the time.
final class EventFollower: Sendable {
    private let docker: DockerClient
    private let events: DockerEvents
    private let logger: Logger
    private let look: @Sendable () throws(DockerError) -> Void
    private let whenBack: @Sendable () -> Void
    private let queue: DispatchQueue

    /// Seconds between the end of a stream and the next one.
    private static let retry = 1.0
    /// A daemon whose streams are shorter than this has not been away: something between cuts them off.
    private static let shortStream = Duration.seconds(60)

    /// - Parameters:
    ///   - look: called when an event has come, and when a stream of events has begun.
    ///   - whenBack: called when events can be followed after a time in which the daemon was away, the time before the
    ///     start included.
    init(
        _ events: DockerEvents, of docker: DockerClient, logger: Logger,
        look: @escaping @Sendable () throws(DockerError) -> Void, whenBack: @escaping @Sendable () -> Void = {}
    ) {
        self.events = events
        self.docker = docker
        self.logger = logger
        self.look = look
        self.whenBack = whenBack
        queue = ThreadShare.service.queue("events \(events.name)")
    }

    func start() {
        queue.async { [self] in follow(wasAway: true, isNews: true) }
    }

    /// Follows one stream to its end, and then the next.
    ///
    /// - Parameters:
    ///   - wasAway: whether nobody answered before, or the last stream ended as a daemon's end ends it.
    ///   - isNews: whether a failure has not been logged yet.
    private func follow(wasAway: Bool, isNews: Bool) {
        var hasBegun = false
        let began = ContinuousClock.now
        let isAway: Bool
        do throws(DockerError) {
            let stream = try docker.events(events)
            try look()
            hasBegun = true
            if wasAway { whenBack() }
            while true {
                try stream.awaitBytes()
                try look()
            }
        } catch {
            let wasLong = hasBegun && ContinuousClock.now - began > Self.shortStream
            isAway = wasLong || Self.isUnreachable(error) || !hasBegun && wasAway
            if isNews || wasLong {
                logger.warning(
                    "cannot follow the Docker daemon's events",
                    metadata: ["events": "\(events.name)", "reason": "\(error)"])
            }
        }
        queue.asyncAfter(deadline: .now() + Self.retry) { [self] in follow(wasAway: isAway, isNews: false) }
    }

    private static func isUnreachable(_ error: DockerError) -> Bool {
        if case .cannotConnect = error { true } else { false }
    }
}
