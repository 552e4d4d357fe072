/// What happens in a run, in this order. ``ended(_:)`` is always there, once, and last.
public enum RunEvent: Sendable {
    /// A container has begun to work. If one that waited in the pool turns out to have ended before it did anything, another
    /// one begins.
    case started(container: String, isWarm: Bool)
    /// The runner has said what goes on, if ``RunRequest/streams`` says so and it knows how.
    case runner(RunnerEvent)
    case ended(RunReport)
}

/// Whoever observes a run. Called on the worker's thread; one that blocks keeps the container from printing more.
public typealias RunObserver = @Sendable (RunEvent) -> Void
