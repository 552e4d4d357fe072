internal import Dispatch
internal import Synchronization

/// A bounded queue in front of a fixed number of workers.
///
/// Each worker is a serial DispatchQueue: libdispatch gives each of them a thread at once, while it adds threads to a
/// concurrent queue, or for tasks, only one by one when all of them block. See ``ThreadShare`` for how many there can be.
public final class WorkerPool: Sendable {
    /// Names a job while it waits.
    public struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    /// What has become of a job's turn.
    public enum Turn: Sendable {
        case work
        /// The pool was closed before the job's turn came.
        case closed
    }

    /// Why a job was not taken.
    public enum Rejection: Error {
        case full, closed
    }

    public typealias Job = @Sendable (Turn) -> Void

    private struct State {
        var idle: [Int]
        /// By ticket number; the lowest is the oldest.
        var waiting: [UInt64: Job] = [:]
        var oldest: UInt64 = 0
        var next: UInt64 = 0
        var isClosed = false
    }

    /// How many jobs may wait.
    public let capacity: Int
    private let queues: [DispatchQueue]
    private let state: Mutex<State>

    /// - Parameters:
    ///   - share: whose threads the workers take.
    ///   - first: the number of the first worker among all that take the same.
    ///   - capacity: how many jobs may wait while every worker is busy.
    public init(name: String, _ share: ThreadShare, workers: Int, first: Int = 0, capacity: Int) {
        self.capacity = capacity
        queues = (0..<workers).map { share.queue("\(name) \($0)", number: first + $0) }
        state = Mutex(State(idle: Array((0..<workers).reversed())))
    }

    /// How many workers there are.
    public var count: Int { queues.count }

    /// How many workers have a job, and how many jobs wait.
    public var load: (busy: Int, waiting: Int) {
        state.withLock { (queues.count - $0.idle.count, $0.waiting.count) }
    }

    /// Whether a job would be taken now.
    public var hasRoom: Bool {
        state.withLock { !$0.isClosed && (!$0.idle.isEmpty || $0.waiting.count < capacity) }
    }

    /// Has a worker do the job as soon as one is free, in the order of submission.
    ///
    /// - Throws: ``Rejection``; the job will not be called.
    public func submit(_ job: @escaping Job) throws(Rejection) -> Ticket {
        let (ticket, worker) = try state.withLock { state throws(Rejection) -> (Ticket, Int?) in
            guard !state.isClosed else { throw .closed }
            let worker = state.idle.popLast()
            guard worker != nil || state.waiting.count < capacity else { throw .full }
            let number = state.next
            state.next += 1
            if worker == nil { state.waiting[number] = job }
            return (Ticket(number: number), worker)
        }
        if let worker { queues[worker].async { self.work(worker, job) } }
        return ticket
    }

    /// Takes back a job whose turn has not come, which frees its place.
    ///
    /// - Returns: false if its turn has come.
    public func withdraw(_ ticket: Ticket) -> Bool {
        state.withLock { $0.waiting.removeValue(forKey: ticket.number) } != nil
    }

    /// Takes no further jobs, and calls those that wait, on this thread, to tell them so.
    public func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for (_, job) in waiting.sorted(by: { $0.key < $1.key }) { job(.closed) }
    }

    private func work(_ worker: Int, _ first: Job) {
        first(.work)
        while let job = nextJob(for: worker) { job(.work) }
    }

    private func nextJob(for worker: Int) -> Job? {
        state.withLock { state in
            while state.oldest < state.next {
                defer { state.oldest += 1 }
                if let job = state.waiting.removeValue(forKey: state.oldest) { return job }
            }
            state.idle.append(worker)
            return nil
        }
    }
}
