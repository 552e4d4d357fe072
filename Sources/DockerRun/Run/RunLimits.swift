/// What one run may use.
public struct RunLimits: Sendable, Equatable {
    /// From the start of the container, or from a waiting container's payload, to the result.
    public var executionTime: Duration
    /// Bytes, all streams together.
    public var outputSize: Int

    public init(executionTime: Duration, outputSize: Int) {
        self.executionTime = executionTime
        self.outputSize = outputSize
    }

    /// The lower of both, for each limit.
    func lowered(to other: RunLimits?) -> RunLimits {
        guard let other else { return self }
        return RunLimits(
            executionTime: min(executionTime, other.executionTime), outputSize: min(outputSize, other.outputSize))
    }
}
