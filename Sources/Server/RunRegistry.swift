internal import DockerRun
internal import Synchronization

/// The runs that wait or go on, so that all of them can be ended at once.
final class RunRegistry: Sendable {
    struct Run: Sendable {
        let cancellation = Cancellation()
        fileprivate let number: UInt64
    }

    private struct State {
        var runs: [UInt64: Run] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    func begin() -> Run {
        state.withLock { state in
            let run = Run(number: state.next)
            state.next += 1
            state.runs[run.number] = run
            return run
        }
    }

    func end(_ run: Run) {
        state.withLock { $0.runs[run.number] = nil }
    }

    func cancelAll() {
        for run in state.withLock({ Array($0.runs.values) }) { run.cancellation.cancel() }
    }
}
