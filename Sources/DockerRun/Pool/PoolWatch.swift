internal import CEpoll
internal import Dispatch
internal import Glibc

/// Tells the pool when one of its containers can be read, and when a time has come.
///
/// One thread waits for all of that. What is to be waited for is said to the kernel by whoever says it, epoll(7), and wakes
/// nobody: a container comes and goes with each run, and a dispatch source for each would wake several threads.
final class PoolWatch: Sendable {
    private let epoll: Int32
    private let timer: Int32
    private let end: Int32

    /// Numbers of containers are above these.
    private static let timerNumber: UInt64 = 0
    private static let endNumber: UInt64 = .max

    /// ``begin(_:whenReadable:whenDue:)`` has to be called too.
    init() {
        (epoll, timer, end) = (watch_create(), watch_create_timer(), watch_create_event())
        guard epoll >= 0, timer >= 0, end >= 0 else { fatalError("no descriptors for the pool: \(errno)") }
        watch_add(epoll, timer, Self.timerNumber)
        watch_add(epoll, end, Self.endNumber)
    }

    /// - Parameters:
    ///   - queue: whose thread waits until this is released, and calls the other two.
    ///   - whenReadable: gets a container's number. Called again and again for as long as what there is has not been read, and
    ///     perhaps once more after ``unwatch(_:)``.
    ///   - whenDue: the time of ``wake(at:)`` has come.
    func begin(
        _ queue: DispatchQueue, whenReadable: @escaping @Sendable (Int) -> Void, whenDue: @escaping @Sendable () -> Void
    ) {
        queue.async { [epoll, timer, end] in
            Self.wait(epoll, timer, whenReadable, whenDue)
            for descriptor in [epoll, timer, end] { close(descriptor) }
        }
    }

    deinit { watch_signal(end) }

    /// - Parameter number: above 0.
    func watch(_ stream: DockerStream, as number: Int) {
        watch_add(epoll, stream.descriptor, UInt64(number))
    }

    /// To be called before the descriptor is closed.
    func unwatch(_ stream: DockerStream) {
        watch_remove(epoll, stream.descriptor)
    }

    /// Takes the place of what was said before.
    func wake(at time: ContinuousClock.Instant) {
        // No time at all would disarm it.
        watch_set_timer(timer, max(1, Int64((time - .now).milliseconds * 1e6)))
    }

    private static func wait(
        _ epoll: Int32, _ timer: Int32, _ whenReadable: @Sendable (Int) -> Void, _ whenDue: @Sendable () -> Void
    ) {
        var numbers = [UInt64](repeating: 0, count: 64)
        while true {
            let count = watch_wait(epoll, &numbers, Int32(numbers.count))
            for number in numbers.prefix(Int(max(0, count))) {
                switch number {
                case endNumber: return
                case timerNumber: if watch_has_expired(timer) != 0 { whenDue() }
                default: whenReadable(Int(number))
                }
            }
        }
    }
}
