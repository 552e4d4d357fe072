/// What one run is kept to: its own limits, or else the service's.
struct RunTerms {
    let executionTime: Duration
    /// Bytes, of the result.
    let outputSize: Int
    /// Bytes, of events; nil if there are none.
    let eventsSize: Int?
    /// For which nothing may happen; nil if nobody talks with the program.
    let idleTime: Duration?

    init(_ request: RunRequest, _ settings: RunService.Settings) {
        let (limits, run, interactive) = (request.limits, settings.run, settings.interactive)
        executionTime =
            limits.executionTime ?? .seconds(request.isInteractive ? interactive.maxTime : run.maxExecutionTime)
        outputSize = min(limits.outputSize ?? run.maxOutputSize, run.maxOutputSize)
        idleTime = request.isInteractive ? .seconds(interactive.idleTime) : nil
        eventsSize =
            request.isInteractive
            ? limits.outputSize ?? interactive.maxOutputSize : request.streams ? outputSize : nil
    }

    var isInteractive: Bool { idleTime != nil }
}
