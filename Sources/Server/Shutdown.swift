internal import DockerRun
internal import HTTP
internal import Logging

/// How the server ends, on the event loop's thread.
///
/// The first signal that asks for it: no further connections; what waits is answered 503; what runs may finish within the
/// grace and is cancelled, answered 503, after it; when every answer is out and every container is gone, the loop stops
/// with status 0. The second signal: runs are cancelled now, their containers get a moment to be removed, and the loop
/// stops with status 1. The third: at once.
///
/// Where the service manager keeps the listening socket, it is different in one point: what waits may run within the
/// grace too. The next server takes the connections that come from now on, and nobody shall notice the change.
///
/// `@unchecked Sendable`: it is touched on the loop's thread only, which the loop and the listener assert whenever they are
/// called; what calls from elsewhere posts to it.
final class Shutdown: @unchecked Sendable {
    /// Seconds.
    struct Times {
        /// For what runs to end by itself.
        var grace: Double
        /// For the containers to go: after the grace, and after a second signal.
        var removal = 10.0
        var hurriedRemoval = 2.0
        /// For clients to take the answers that the end of the grace causes.
        var lastAnswers = 1.0
    }

    private let loop: EventLoop
    private let listener: Listener
    private let service: RunService
    private let inquiries: [WorkerPool]
    private let dialogues: Dialogues
    private let readiness: Readiness
    private let notifier: ServiceNotifier
    private let handsOver: Bool
    private let times: Times
    private let logger: Logger
    private var signals = 0
    private(set) var status: Int32 = 0

    init(
        _ times: Times, loop: EventLoop, listener: Listener, service: RunService, inquiries: [WorkerPool],
        dialogues: Dialogues, readiness: Readiness, notifier: ServiceNotifier, handsOver: Bool, logger: Logger
    ) {
        self.times = times
        self.loop = loop
        self.listener = listener
        self.service = service
        self.inquiries = inquiries
        self.dialogues = dialogues
        self.readiness = readiness
        self.notifier = notifier
        self.handsOver = handsOver
        self.logger = logger
    }

    /// Somebody wants the server to end.
    func signalled() {
        signals += 1
        switch signals {
        case 1: begin()
        case 2: hurry()
        default: end(status: 1)
        }
    }

    private func begin() {
        logger.notice("stopping", metadata: ["grace_s": "\(Int(times.grace))"])
        notifier.send(.stopping)
        loop.every(ServiceNotifier.stoppingInterval) { [notifier] in notifier.send(.stillStopping) }
        readiness.stop()
        service.drain(refusingRuns: !handsOver)
        if !handsOver { closeInquiries() }
        dialogues.stop()
        listener.drain { [unowned self] in awaitContainers() }
        loop.after(times.grace) { [unowned self] in
            cancelAll()
            // Whoever has not taken the answer by then will not.
            loop.after(times.lastAnswers) { [unowned self] in listener.closeAll() }
            loop.after(times.removal) { [unowned self] in giveUp() }
        }
    }

    /// Every connection is closed, so nobody waits for an answer.
    private func awaitContainers() {
        service.whenEmpty { [self] in
            loop.post { self.end(status: self.signals > 1 ? 1 : 0) }
        }
    }

    private func hurry() {
        logger.warning("stopping now")
        cancelAll()
        loop.after(times.hurriedRemoval) { [unowned self] in giveUp() }
    }

    private func cancelAll() {
        service.close()
        closeInquiries()
    }

    private func closeInquiries() {
        for inquiry in inquiries { inquiry.close() }
    }

    private func giveUp() {
        let count = service.containerCount
        if count > 0 {
            logger.error("containers were left, to be removed at the next start", metadata: ["count": "\(count)"])
        }
        end(status: 1)
    }

    private func end(status: Int32) {
        self.status = status
        loop.stop()
    }
}
