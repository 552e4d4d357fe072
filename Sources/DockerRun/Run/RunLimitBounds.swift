/// The limits of a service, which are the most that a run may ask for.
struct RunLimitBounds {
    let run: RunSettings
    let interactive: InteractiveSettings
    let container: ContainerSettings
    /// The Engine's; nil if it does not say. It then refuses itself what is too much.
    let cpuCount: Int?

    /// - Throws: ``RunError/limits(_:)`` with the name and the range of the first limit that is outside.
    func check(_ request: RunRequest) throws(RunError) {
        let limits = request.limits
        try Self.check(
            limits.executionTime.map { $0.milliseconds / 1000 }, "executionTime", from: 0.1,
            to: Double(request.isInteractive ? interactive.maxTime : run.maxExecutionTime),
            "seconds (\(request.isInteractive ? "INTERACTIVE_MAX_TIME" : "RUN_MAX_EXECUTION_TIME"))")
        try Self.check(
            limits.outputSize.map(Double.init), "outputSize", from: Double(RunSettings.leastOutputSize),
            to: Double(request.isInteractive ? interactive.maxOutputSize : run.maxOutputSize),
            "bytes (\(request.isInteractive ? "INTERACTIVE_MAX_OUTPUT_SIZE" : "RUN_MAX_OUTPUT_SIZE"))")
        try Self.check(
            limits.memory.map(Double.init), "memory", from: Double(RunLimits.leastMemory),
            to: Double(container.memory), "bytes (DOCKER_CONTAINER_MEMORY)")
        try Self.check(
            limits.pids.map(Double.init), "pids", from: 2, to: Double(container.pidsLimit),
            "(DOCKER_CONTAINER_PIDS_LIMIT)")
        try Self.check(
            limits.nanoCPUs.map { Double($0) / 1e9 }, "cpus", from: 0.01,
            to: container.nanoCPUs.map { Double($0) / 1e9 } ?? cpuCount.map(Double.init) ?? .infinity,
            container.nanoCPUs == nil ? "(the CPUs of the Docker Engine)" : "(DOCKER_CONTAINER_CPUS)")
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
