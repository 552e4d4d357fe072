internal import CEvent
internal import Glibc
internal import Synchronization

/// A libevent loop. It runs on the thread that calls ``run()``, and all of HTTP happens there; other threads hand it work with
/// ``post(_:)``.
///
/// `@unchecked Sendable`: the base is built with libevent's locks (evthread_use_pthreads), `posted` has its own, and whatever
/// touches the rest asserts that it is on the loop's thread.
public final class EventLoop: @unchecked Sendable {
    let base: OpaquePointer
    /// The thread that runs the loop, as pthread_self(3) says; 0 while none does.
    private let thread = Atomic<UInt>(0)
    private let posted = Mutex<[@Sendable () -> Void]>([])
    private var wakeEvent: Event?
    private var signalEvents: [Event] = []
    private var timers: [Int: Event] = [:]
    private var nextTimer = 0

    public init() throws(SetupError) {
        guard evthread_use_pthreads() == 0, let configuration = event_config_new() else {
            throw SetupError("libevent could not be initialized")
        }
        defer { event_config_free(configuration) }
        // Reading and writing are turned on and off several times a request. With a changelist, what cancels out before the
        // loop waits again costs no system call. The flag asks that no descriptor is duplicated; none is.
        event_config_set_flag(configuration, Int32(EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST.rawValue))
        guard let base = event_base_new_with_config(configuration) else {
            throw SetupError("libevent has no memory for an event loop")
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
    public func run() {
        thread.store(pthread_self(), ordering: .relaxed)
        event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY)
        thread.store(0, ordering: .relaxed)
    }

    /// Ends the process if this is not the loop's thread. While nobody runs the loop, every thread is.
    func assertIsCurrent() {
        let thread = thread.load(ordering: .relaxed)
        precondition(thread == 0 || thread == pthread_self(), "this is for the event loop's thread only")
    }

    /// Makes ``run()`` return as soon as the callback that is being handled has returned.
    public func stop() {
        assertIsCurrent()
        event_base_loopbreak(base)
    }

    /// Has the loop's thread call `body` soon. Any thread may call it.
    public func post(_ body: @escaping @Sendable () -> Void) {
        let wasEmpty = posted.withLock { posted in
            posted.append(body)
            return posted.count == 1
        }
        if wasEmpty { wakeEvent?.activate() }
    }

    private func runPosted() {
        let bodies = posted.withLock { posted in
            defer { posted = [] }
            return posted
        }
        for body in bodies { body() }
    }

    /// Has `body` called each time the signal arrives.
    public func onSignal(_ signal: Int32, _ body: @escaping () -> Void) {
        assertIsCurrent()
        let event = Event(self, descriptor: signal, EV_SIGNAL | EV_PERSIST, body)
        event.add()
        signalEvents.append(event)
    }

    /// Has `body` called once, after some seconds.
    public func after(_ seconds: Double, _ body: @escaping () -> Void) {
        assertIsCurrent()
        let id = nextTimer
        nextTimer += 1
        let event = Event(self) { [unowned self] in
            timers[id] = nil
            body()
        }
        timers[id] = event
        event.add(timeout: seconds)
    }

    /// Has `body` called again and again, so many seconds apart.
    public func every(_ seconds: Double, _ body: @escaping () -> Void) {
        after(seconds) { [unowned self] in
            body()
            every(seconds, body)
        }
    }

    /// An event of the loop and what to do when it happens. It is freed with this object, also from within its own body.
    final class Event {
        private var event: OpaquePointer?
        private let body: () -> Void

        /// - Parameter kinds: of event_new(3), such as EV_PERSIST.
        init(_ loop: EventLoop, descriptor: Int32 = -1, _ kinds: Int32 = 0, _ body: @escaping () -> Void) {
            self.body = body
            event = event_new(
                loop.base, descriptor, Int16(kinds),
                { _, _, context in
                    guard let context else { return }
                    let event = Unmanaged<Event>.fromOpaque(context).takeUnretainedValue()
                    withExtendedLifetime(event) { event.body() }
                }, Unmanaged.passUnretained(self).toOpaque())
        }

        /// For the other end of a connection: when it sends something, closes its side (EPOLLRDHUP of epoll_ctl(2)) or resets.
        convenience init(_ loop: EventLoop, peerOf descriptor: Int32, _ body: @escaping () -> Void) {
            self.init(loop, descriptor: descriptor, EV_READ | EV_CLOSED, body)
        }

        deinit {
            if let event { event_free(event) }
        }

        /// Begins to wait: for what was asked, or for so many seconds.
        func add(timeout seconds: Double? = nil) {
            guard let event else { return }
            let microseconds = Int(max(0, seconds ?? 0) * 1e6)
            var interval = timeval(tv_sec: microseconds / 1_000_000, tv_usec: microseconds % 1_000_000)
            if seconds == nil { event_add(event, nil) } else { event_add(event, &interval) }
        }

        /// Has the body called by the loop before it looks for other events. Any thread may call it.
        func activate() {
            guard let event else { return }
            event_active(event, EV_TIMEOUT, 0)
        }
    }
}
