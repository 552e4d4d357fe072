public import Dispatch

/// Whose threads a queue takes.
///
/// libdispatch keeps a pool of at most 255 threads for each quality of service, and a queue whose work blocks keeps one of
/// them: when a pool is used up, every other queue of that class stands still. So runs, which block for as long as their
/// programs take, fill whole classes, and all else has a class in which few can block at once. On Linux a class is also a
/// niceness (0, -2, -4 and 10 for those of runs, 2 for the rest). The classes for runs begin with the one that changes
/// nothing, and a niceness below 0, which not every user may have, is for more workers than most servers have.
public enum ThreadShare: Sendable {
    /// Work that clients make: as many threads as ``maximumRuns`` says.
    case runs
    /// Whatever has to go on while all runs are busy: removals, the pool, the log, health and metrics.
    case service

    /// How many workers can work at once.
    public static let maximumRuns = runClasses.count * perClass

    private static let runClasses: [DispatchQoS] = [.default, .userInitiated, .userInteractive, .background]
    /// Some fewer than there are threads, for what libdispatch itself may want of a pool.
    private static let perClass = 250

    /// A serial queue.
    ///
    /// - Parameter number: counts the queues that do the same; the first ones share a class.
    public func queue(_ label: String, number: Int = 0) -> DispatchQueue {
        switch self {
        case .runs: DispatchQueue(label: label, qos: Self.runClasses[number / Self.perClass % Self.runClasses.count])
        case .service: DispatchQueue(label: label, qos: .utility)
        }
    }
}
