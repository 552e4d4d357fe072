internal import CEvent
internal import Glibc
internal import Synchronization

/// The libevent loop of the server. It runs on the thread that calls ``run()``, and all of HTTP happens there; other
/// threads hand it work with ``post(_:)``.
///
/// `@unchecked Sendable`: the base is built with libevent's locks (evthread_use_pthreads), `posted` has its own, and the
/// rest is touched on the loop's thread only.
final class EventLoop: @unchecked Sendable {
    let base: OpaquePointer
    private let posted = Mutex<[@Sendable () -> Void]>([])
    private var wakeEvent: Event?
    private var signalEvents: [Event] = []
    private var timers: [Int: Event] = [:]
    private var nextTimer = 0

    init() throws(EventLoopError) {
        guard evthread_use_pthreads() == 0, let configuration = event_config_new() else {
            throw EventLoopError("libevent could not be initialized")
        }
        defer { event_config_free(configuration) }
        // evhttp turns reading and writing on and off several times a request. With a changelist, what cancels out
        // before the loop waits again costs no system call. The flag asks that no descriptor is duplicated; none is.
        event_config_set_flag(configuration, Int32(EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST.rawValue))
        guard let base = event_base_new_with_config(configuration) else {
            throw EventLoopError("libevent has no memory for an event loop")
        }
        self.base = base
        wakeEvent = Event(self, EV_PERSIST) { [unowned self] in runPosted() }
    }

    deinit {
        wakeEvent = nil
        signalEvents = []
        timers = [:]
        event_base_free(base)
    }

    /// Handles events on this thread until ``stop()`` is called.
    func run() {
        event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY)
    }

    /// On the loop's thread: makes ``run()`` return as soon as the callback that is being handled has returned.
    func stop() {
        event_base_loopbreak(base)
    }

    /// Has the loop's thread call `body` soon. Any thread may call it.
    func post(_ body: @escaping @Sendable () -> Void) {
        let wasEmpty = posted.withLock { posted in
            posted.append(body)
            return posted.count == 1
        }
        if wasEmpty { wakeEvent?.activate() }
    }

    /// Has `body` called each time the signal arrives.
    func onSignal(_ signal: Int32, _ body: @escaping () -> Void) {
        let event = Event(self, descriptor: signal, EV_SIGNAL | EV_PERSIST, body)
        event.add()
        signalEvents.append(event)
    }

    /// Has `body` called once, after some seconds.
    func after(_ seconds: Double, _ body: @escaping () -> Void) {
        let id = nextTimer
        nextTimer += 1
        let event = Event(self, 0) { [unowned self] in
            timers[id] = nil
            body()
        }
        timers[id] = event
        event.add(timeout: seconds)
    }

    /// Has `body` called again and again, so many seconds apart.
    func every(_ seconds: Double, _ body: @escaping () -> Void) {
        after(seconds) { [unowned self] in
            body()
            every(seconds, body)
        }
    }

    private func runPosted() {
        let bodies = posted.withLock { posted in
            defer { posted = [] }
            return posted
        }
        for body in bodies { body() }
    }

    /// An event of the loop and what to do when it happens. It is freed with this object, also from within its own body.
    final class Event {
        private var event: OpaquePointer?
        private let body: () -> Void

        /// - Parameter kinds: of event_new(3): EV_CLOSED, EV_SIGNAL, EV_PERSIST.
        init(_ loop: EventLoop, descriptor: Int32 = -1, _ kinds: Int32, _ body: @escaping () -> Void) {
            self.body = body
            event = event_new(
                loop.base, descriptor, Int16(kinds),
                { _, _, context in
                    guard let context else { return }
                    let event = Unmanaged<Event>.fromOpaque(context).takeUnretainedValue()
                    withExtendedLifetime(event) { event.body() }
                }, Unmanaged.passUnretained(self).toOpaque())
        }

        deinit {
            if let event { event_free(event) }
        }

        /// Begins to wait; a timeout of zero or less happens at once.
        func add(timeout seconds: Double? = nil) {
            guard let event else { return }
            guard let seconds else {
                event_add(event, nil)
                return
            }
            let microseconds = Int(max(0, seconds) * 1e6)
            var interval = timeval(tv_sec: microseconds / 1_000_000, tv_usec: microseconds % 1_000_000)
            event_add(event, &interval)
        }

        /// Has the body called by the loop before it looks for other events. Any thread may call it.
        func activate() {
            guard let event else { return }
            event_active(event, EV_TIMEOUT, 0)
        }
    }
}
