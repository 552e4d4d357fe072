/// What one run asks to be kept to. What is nil is as the service has it, and nothing may be more than that.
public struct RunLimits: Sendable, Equatable {
    /// From the start of the container, or from a waiting container's payload, to the result; at least a tenth of a second.
    public var executionTime: Duration?
    /// Bytes, all streams together; at least ``RunSettings/leastOutputSize``.
    public var outputSize: Int?

    public init(executionTime: Duration? = nil, outputSize: Int? = nil) {
        self.executionTime = executionTime
        self.outputSize = outputSize
    }

    /// Whether there are limits that a runner keeps, if it knows how: see ``RunnerInstructions``.
    var areOfRunner: Bool { executionTime != nil || outputSize != nil }
}

/// The limits of a service, which are the most that a run may ask for.
struct RunLimitBounds {
    let run: RunSettings

    /// - Throws: ``RunError/limits(_:)`` with the name and the range of the first limit that is outside.
    func check(_ limits: RunLimits) throws(RunError) {
        try Self.check(
            limits.executionTime.map { $0.milliseconds / 1000 }, "executionTime", from: 0.1,
            to: Double(run.maxExecutionTime), "seconds (RUN_MAX_EXECUTION_TIME)")
        try Self.check(
            limits.outputSize.map(Double.init), "outputSize", from: Double(RunSettings.leastOutputSize),
            to: Double(run.maxOutputSize), "bytes (RUN_MAX_OUTPUT_SIZE)")
    }

    private static func check(
        _ value: Double?, _ name: String, from least: Double, to most: Double, _ unit: String
    ) throws(RunError) {
        guard let value, value < least || value > most else { return }
        throw .limits("\"limits.\(name)\" must be from \(text(least)) to \(text(most)) \(unit)")
    }

    private static func text(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\(number)"
    }
}
