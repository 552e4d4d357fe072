/// What came of a run, and how long each part of it took.
public struct RunReport: Sendable {
    /// The object that the container printed, byte for byte.
    public var result: Result<ArraySlice<UInt8>, RunError>
    /// What it ran into, as far as is known.
    public var struckLimit: StruckLimit?
    public var timings = RunTimings()
    /// Nil: the run was ended before its turn came, or refused.
    public var image: String?
    /// The container's name, if there was one.
    public var container: String?
}

/// How long the parts of a run took. A part that was not reached is nil, as are those that a warm run does not need.
public struct RunTimings: Sendable, Equatable {
    /// From the submission to the worker. Nil: the run was ended before its turn came.
    public var queue: Duration?
    /// Whether the container had been started before, and waited.
    public var isWarm = false
    /// What was lost with a warm container that turned out useless, before another one was made.
    public var retry: Duration?
    /// Creating the container and attaching to it.
    public var create: Duration?
    /// Giving a container that waited the limits of this run.
    public var update: Duration?
    /// From the start call to its answer, or to the first output if that was there before.
    public var start: Duration?
    /// From then, or when warm from the payload, to the result.
    public var run: Duration?
    /// From the result of a warm run to the daemon's answer what its image's name stands for, where that came later.
    public var check: Duration?

    public init(queue: Duration? = nil) {
        self.queue = queue
    }

    /// The parts of a run that is told of, each once.
    public enum Phase: String, Sendable, CaseIterable {
        case queue, retry, create, update, start, run, check
    }

    /// Those that there were, in their order.
    public var phases: [(phase: Phase, duration: Duration)] {
        let all: [(Phase, Duration?)] = [
            (.queue, queue), (.retry, retry), (.create, create), (.update, update), (.start, start), (.run, run),
            (.check, check),
        ]
        return all.compactMap { phase, duration in duration.map { (phase, $0) } }
    }
}
