internal import Bytes
internal import Glibc
internal import Synchronization

/// Since when nothing has happened to the names of images, so that all containers that wait are of the images that their
/// names stand for.
///
/// The daemon keeps its last 256 events ("Monitor events", with `since` and `until`) and tells them in a fraction of a
/// millisecond, while it takes ten times as long to look up an image in containerd's store. A name that is moved has its
/// event there before the call that moved it returns. So a run needs to know only whether there was any such event since the
/// last time that all was well. Any thread may call it.
final class ImageFreshness: Sendable {
    /// A point in time, by a clock that may be set and by one that may not.
    struct Moment {
        let monotonic: ContinuousClock.Instant
        /// Nanoseconds since 1970, as the daemon stamps its events.
        let real: Int

        static func now() -> Moment {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Moment(monotonic: .now, real: time.tv_sec * 1_000_000_000 + time.tv_nsec)
        }
    }

    private let confirmed = Mutex<Moment?>(nil)

    /// How long the daemon may take from stamping an event to keeping it.
    private static let margin = 100_000_000
    /// Nanoseconds by which the clock may have been set without anybody's notice: less than the margin.
    private static let tolerance = 50_000_000
    /// Of the events that the daemon keeps; with more than these some may be missing.
    private static let maximumEvents = 200

    /// All that waits was of the right image at that time.
    func confirm(_ moment: Moment) {
        confirmed.withLock { confirmed in
            if let confirmed, confirmed.monotonic >= moment.monotonic { return }
            confirmed = moment
        }
    }

    /// What to ask the daemon now, and what a clean answer confirms. Nil while nothing has been confirmed, or when the clock
    /// has been set since.
    func question() -> (call: DockerCall, confirms: Moment)? {
        guard let last = confirmed.withLock(\.self) else { return nil }
        let now = Moment.now()
        let (seconds, attoseconds) = (now.monotonic - last.monotonic).components
        let passed = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        guard abs(now.real - last.real - passed) < Self.tolerance else { return nil }
        return (DockerClient.pastEventsCall(since: last.real - Self.margin, until: now.real), now)
    }

    /// Whether an answer says for certain that no image's name was touched. Each event is a line.
    static func isClean(_ answer: DockerAnswer) -> Bool {
        answer.status == 200 && answer.body.count { $0 == UInt8(ascii: "\n") } <= maximumEvents
            && !answer.body.containsBytes(of: #""Type":"image""#)
    }
}
