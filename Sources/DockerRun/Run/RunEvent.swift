/// What happens in a run, in this order. ``ended(_:)`` is always there, once, and last.
public enum RunEvent: Sendable {
    public enum Stream: Sendable {
        case stdout, stderr
    }

    /// A container has begun to work. If one that waited in the pool turns out to have ended before it did anything, another
    /// one begins.
    case started(container: String, isWarm: Bool)
    /// The container has printed this, if ``RunRequest/observesOutput`` says so.
    case output(Stream, [UInt8])
    case ended(RunReport)
}

/// Whoever observes a run. Called on the worker's thread; one that blocks keeps the container from printing more.
public typealias RunObserver = @Sendable (RunEvent) -> Void
