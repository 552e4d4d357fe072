import Testing

@testable import DockerRun

struct RunLimitBoundsTests {
    private let bounds: RunLimitBounds = {
        var run = RunSettings()
        (run.maxExecutionTime, run.maxOutputSize) = (15, 100_000)
        return RunLimitBounds(run: run)
    }()

    @Test func `what is within is good, both ends included`() throws {
        try bounds.check(RunLimits())
        for (seconds, bytes) in [(0.1, 1024), (15.0, 100_000)] {
            try bounds.check(RunLimits(executionTime: .seconds(seconds), outputSize: bytes))
        }
    }

    @Test(arguments: [0.099, -1, 15.001, 1e9])
    func `a time that is outside is refused with the range`(_ seconds: Double) {
        #expect(
            throws: RunError.limits(#""limits.executionTime" must be from 0.1 to 15 seconds (RUN_MAX_EXECUTION_TIME)"#)
        ) { try bounds.check(RunLimits(executionTime: .seconds(seconds))) }
    }

    @Test(arguments: [1023, 100_001, .max, .min])
    func `a size that is outside is refused with the range`(_ bytes: Int) {
        #expect(
            throws: RunError.limits(#""limits.outputSize" must be from 1024 to 100000 bytes (RUN_MAX_OUTPUT_SIZE)"#)
        ) { try bounds.check(RunLimits(outputSize: bytes)) }
    }
}
