internal import Dispatch
internal import Glibc
internal import Logging

/// Finds containers that this server made and lost: left by a process that was killed, or created by a call whose answer
/// never came. Looks often at first, because the daemon may still be creating what a killed process has asked for, then
/// every minute, and gives what it finds to the reaper.
///
/// A container that carries this server's name may also belong to another process that lives: two servers can have the
/// same hostname, address and port if each is in a container, or a network namespace, of its own. So a process is asked
/// whether it lives before anything of it is removed, and answers when it is asked itself: see ``InstanceQuestion``.
///
/// Works on queues of its own, so that a daemon which does not answer holds up nothing else.
final class Sweeper: Sendable {
    private let docker: DockerClient
    private let ledger: ContainerLedger
    private let reaper: Reaper
    private let identity: ServerIdentity
    private let logger: Logger
    private let questions: EventFollower
    private let queue = ThreadShare.service.queue("sweeper")

    private let times: Times

    /// How often it looks, and how long it waits.
    struct Times {
        /// Seconds between two looks: at first, for as long as the daemon may go on creating after its client was killed, and
        /// later.
        var firstInterval = 1.0
        var firstTime = Duration.seconds(20)
        var interval = 60.0
        /// Seconds after a look that failed.
        var retry = 5.0
        /// A process that lives answers in milliseconds, or a second later if the daemon has just come back.
        var answersWithin = Duration.seconds(3)
    }

    /// Microseconds between two looks for an answer.
    private static let look: UInt32 = 50_000

    init(
        docker: DockerClient, ledger: ContainerLedger, reaper: Reaper, identity: ServerIdentity, logger: Logger,
        times: Times = Times()
    ) {
        self.times = times
        self.docker = docker
        self.ledger = ledger
        self.reaper = reaper
        self.identity = identity
        self.logger = logger
        questions = EventFollower(.volumes, of: docker, logger: logger) { () throws(DockerError) in
            try InstanceQuestion.answer(to: identity.instance, docker)
        }
    }

    func start() {
        questions.start()
        let began = ContinuousClock.now
        queue.async { [self] in sweepAgainAndAgain(since: began, Findings()) }
    }

    /// What is known of other processes of this server's name.
    private struct Findings {
        var dead: Set<String> = []
        /// Those of which the log has told already.
        var told: Set<String> = []
    }

    private func sweepAgainAndAgain(since began: ContinuousClock.Instant, _ findings: Findings) {
        var findings = findings
        var interval = ContinuousClock.now - began < times.firstTime ? times.firstInterval : times.interval
        do throws(DockerError) {
            let count = try sweep(&findings)
            if count > 0 { logger.notice("leftover containers found", metadata: ["count": "\(count)"]) }
            try removeQuestions(&findings)
        } catch {
            logger.warning("cannot look for leftovers", metadata: ["reason": "\(error)"])
            interval = times.retry
        }
        queue.asyncAfter(deadline: .now() + interval) { [self, findings] in sweepAgainAndAgain(since: began, findings) }
    }

    /// - Returns: how many containers were given to the reaper.
    private func sweep(_ findings: inout Findings) throws(DockerError) -> Int {
        let listed = try docker.containers(labels: ["\(ServerIdentity.serverLabel)=\(identity.name)"])
            .filter { $0.labels[ServerIdentity.keptLabel] == nil }
        var count = 0
        for (instance, containers) in Dictionary(
            grouping: listed, by: { $0.labels[ServerIdentity.instanceLabel] ?? "" })
        {
            // A name enters the ledger before its container is created, so whatever of this process was listed and is not
            // there now has either been removed meanwhile, which removing it again does not hurt, or is nobody's.
            if instance != identity.instance, try isAlive(instance, &findings) { continue }
            for name in containers.compactMap(\.name) where !ledger.contains(name) {
                ledger.add(name)
                reaper.take(name)
                count += 1
            }
        }
        return count
    }

    /// Removes questions whose asker was killed before it took them back. What this process has asked is over whenever it
    /// comes here, since it asks on the sweeper's queue alone.
    private func removeQuestions(_ findings: inout Findings) throws(DockerError) {
        try InstanceQuestion.removeAbandoned(of: identity.name, docker) { (asker) throws(DockerError) in
            if asker == identity.instance { true } else { try !isAlive(asker, &findings) }
        }
    }

    private func isAlive(_ instance: String, _ findings: inout Findings) throws(DockerError) -> Bool {
        if findings.dead.contains(instance) { return false }
        guard try answers(instance) else {
            findings.dead.insert(instance)
            return false
        }
        if findings.told.insert(instance).inserted {
            logger.error(
                """
                another server lives that has this one's name, and its containers are left alone: give each a hostname, an \
                address or a port of its own, so that each can find what it left after a crash
                """, metadata: ["identity": "\(identity.name)", "instance": "\(instance)"])
        }
        return true
    }

    private func answers(_ instance: String) throws(DockerError) -> Bool {
        let question = InstanceQuestion(instance: instance, asker: identity)
        try question.ask(docker)
        let end = ContinuousClock.now + times.answersWithin
        while ContinuousClock.now < end {
            if try question.isAnswered(docker) { return true }
            usleep(Self.look)
        }
        return try !question.takeBack(docker)
    }
}
