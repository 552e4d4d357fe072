/// What the pool knows of one ``ContainerKind``, and of how much it is needed.
struct PoolEntry {
    typealias Instant = ContinuousClock.Instant

    struct Idle {
        let number: Int
        let imageID: String?
        let since: Instant
    }

    /// So many are wanted, used or not.
    let floor: Int
    /// The oldest first.
    var idle: [Idle] = []
    var refilling = 0
    /// The image that the name stands for, as far as it is known.
    var imageID: String?
    /// That the last container was made of.
    private var lastImage: KnownImage?
    private(set) var running = 0
    private(set) var lastUse: Instant
    /// When the next refill may begin, after some that failed.
    private(set) var retry: Instant?
    /// One has ended while it waited, and no run has shown since that others are good.
    private(set) var hasLostOne = false
    private var failures = 0
    /// Of the failures, the last was of this kind; the other is that what was made did not last.
    private var couldNotBeMade = false
    /// When runs ended within the last ``refillTime``: the containers that they used cannot have been replaced yet.
    private var ended: [Instant] = []
    private var peak = PeakUse()

    /// What a refill takes, roughly. Runs that follow each other faster need a container each.
    private static let refillTime = Duration.milliseconds(250)
    private static let firstRetry = Duration.milliseconds(250)
    private static let lastRetry = Duration.seconds(60)

    init(floor: Int = 0, now: Instant) {
        self.floor = floor
        lastUse = now
    }

    /// What is known of the image that the name stands for.
    var image: KnownImage? { lastImage?.id == imageID ? lastImage : nil }

    /// A container has been made of this image.
    mutating func learn(_ image: KnownImage) {
        imageID = image.id
        lastImage = image
    }

    /// Bytes that the image says one of its containers takes, as far as one has been made.
    var saidMemory: Int? { lastImage?.waitingMemory }

    /// Waiting, or about to.
    var waiting: Int { idle.count + refilling }

    /// Nobody would miss it.
    var isUnused: Bool { running == 0 && waiting == 0 && floor == 0 }

    /// Bytes that one takes.
    var memory: Int { saidMemory ?? WaitingMemory.usual }

    /// Whether a run may have one that is limited to so many bytes: what waits there counts as the run's.
    func hasRoom(in bytes: Int?) -> Bool {
        guard let bytes, let saidMemory else { return true }
        return bytes >= saidMemory + WaitingMemory.room
    }

    // MARK: Need

    mutating func beginRun(maximum: Int, now: Instant) {
        running += 1
        lastUse = now
        ended.removeAll { now - $0 > Self.refillTime }
        peak.record(min(running + ended.count, maximum), at: now)
    }

    mutating func forgetNeed() {
        peak = PeakUse()
    }

    mutating func endRun(now: Instant) {
        running -= 1
        ended.append(now)
    }

    /// How many were needed at once since then.
    mutating func need(since start: Instant) -> Int {
        max(floor, peak.maximum(since: start))
    }

    /// Whether it was used since the time that ``need(since:)`` was asked for last.
    var isInUse: Bool { peak.time != nil }

    /// When the need may become less although nothing happens.
    func shrinks(after memory: Duration) -> Instant? {
        peak.time.map { $0 + memory + .milliseconds(1) }
    }

    // MARK: Failures

    /// A refill failed, or what it made did not last. The first is made up for at once; what fails while refills are delayed
    /// is of the same attempt.
    mutating func delayRefills(now: Instant, couldNotBeMade: Bool = false) {
        if let retry, retry > now { return }
        self.couldNotBeMade = couldNotBeMade
        failures += 1
        guard failures > 1 else { return }
        retry = now + min(Self.firstRetry * (1 << min(failures - 2, 8)), Self.lastRetry)
    }

    /// - Parameter soon: whether it cannot wait, as it seems.
    mutating func noteDeath(soon: Bool, now: Instant) {
        hasLostOne = true
        if soon { delayRefills(now: now) }
    }

    /// A run has shown that what kept refills from being made is over.
    mutating func noteThatOneCouldBeMade() {
        if couldNotBeMade { allowRefills() }
    }

    mutating func allowRefills() {
        couldNotBeMade = false
        hasLostOne = false
        failures = 0
        retry = nil
    }
}
