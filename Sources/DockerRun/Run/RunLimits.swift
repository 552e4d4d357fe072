/// What one run asks to be kept to. What is nil is as the service has it, and nothing may be more than that.
public struct RunLimits: Sendable, Equatable {
    /// From the start of the container, or from a waiting container's payload, to the result; at least a tenth of a second.
    public var executionTime: Duration?
    /// Bytes, all streams together; at least ``RunSettings/leastOutputSize``.
    public var outputSize: Int?
    /// Bytes of the container; at least ``leastMemory``.
    public var memory: Int?
    /// Processes and threads that the container may have at once; at least two, for a runner and its program.
    public var pids: Int?
    /// Billionths of a CPU; at least a hundredth of one. Where the service sets no limit, at most the Engine's CPUs.
    public var nanoCPUs: Int?

    /// Bytes: room for a runner and a small program.
    public static let leastMemory = 16 << 20

    public init(
        executionTime: Duration? = nil, outputSize: Int? = nil, memory: Int? = nil, pids: Int? = nil,
        nanoCPUs: Int? = nil
    ) {
        self.executionTime = executionTime
        self.outputSize = outputSize
        self.memory = memory
        self.pids = pids
        self.nanoCPUs = nanoCPUs
    }

    /// Whether there are limits that the container has to have, whatever its runner.
    var areOfContainer: Bool { memory != nil || pids != nil || nanoCPUs != nil }

    /// Whether there are limits that a runner keeps, if it knows how: see ``RunnerInstructions``.
    var areOfRunner: Bool { executionTime != nil || outputSize != nil }
}
