import Testing

@testable import DockerRun

struct RunLimitBoundsTests {
    private let bounds: RunLimitBounds = {
        var run = RunSettings()
        (run.maxExecutionTime, run.maxOutputSize) = (15, 100_000)
        return RunLimitBounds(run: run, interactive: InteractiveSettings(), container: ContainerSettings(), cpuCount: 2)
    }()

    private func request(_ limits: RunLimits, isInteractive: Bool = false) -> RunRequest {
        var request = RunRequest(image: "any", payload: [], limits: limits)
        request.isInteractive = isInteractive
        return request
    }

    @Test func `runs that people talk with have bounds of their own`() throws {
        try bounds.check(request(RunLimits(executionTime: .seconds(300), outputSize: 16_777_216), isInteractive: true))
        #expect(
            throws: RunError.limits(#""limits.executionTime" must be from 0.1 to 300 seconds (INTERACTIVE_MAX_TIME)"#)
        ) { try bounds.check(request(RunLimits(executionTime: .seconds(301)), isInteractive: true)) }
        let reason = #""limits.outputSize" must be from 1024 to 16777216 bytes (INTERACTIVE_MAX_OUTPUT_SIZE)"#
        #expect(throws: RunError.limits(reason)) {
            try bounds.check(request(RunLimits(outputSize: 16_777_217), isInteractive: true))
        }
    }

    @Test func `what is within is good, both ends included`() throws {
        try bounds.check(request(RunLimits()))
        for (seconds, bytes) in [(0.1, 1024), (15.0, 100_000)] {
            try bounds.check(request(RunLimits(executionTime: .seconds(seconds), outputSize: bytes)))
        }
        for (memory, pids, cpus) in [(16_777_216, 2, 10_000_000), (268_435_456, 512, 2_000_000_000)] {
            try bounds.check(request(RunLimits(memory: memory, pids: pids, nanoCPUs: cpus)))
        }
    }

    @Test(arguments: [16_777_215, 268_435_457])
    func `a memory that is outside is refused with the range`(_ bytes: Int) {
        let reason = #""limits.memory" must be from 16777216 to 268435456 bytes (DOCKER_CONTAINER_MEMORY)"#
        #expect(throws: RunError.limits(reason)) { try bounds.check(request(RunLimits(memory: bytes))) }
    }

    @Test(arguments: [1, 0, 513])
    func `a number of processes that is outside is refused with the range`(_ pids: Int) {
        let reason = #""limits.pids" must be from 2 to 512 (DOCKER_CONTAINER_PIDS_LIMIT)"#
        #expect(throws: RunError.limits(reason)) { try bounds.check(request(RunLimits(pids: pids))) }
    }

    @Test func `CPUs are bounded by the configuration, or else by what the Engine has, if it says so`() throws {
        var container = ContainerSettings()
        container.nanoCPUs = 500_000_000
        for (bounds, most) in [
            (bounds, "2 (the CPUs of the Docker Engine)"),
            (
                RunLimitBounds(
                    run: RunSettings(), interactive: InteractiveSettings(), container: container, cpuCount: 2),
                "0.5 (DOCKER_CONTAINER_CPUS)"
            ),
        ] {
            for cpus in [9_999_999, 2_000_000_001] {
                #expect(throws: RunError.limits("\"limits.cpus\" must be from 0.01 to \(most)")) {
                    try bounds.check(request(RunLimits(nanoCPUs: cpus)))
                }
            }
        }
        let unknown = RunLimitBounds(
            run: RunSettings(), interactive: InteractiveSettings(), container: ContainerSettings(), cpuCount: nil)
        try unknown.check(request(RunLimits(nanoCPUs: 64_000_000_000)))
    }

    @Test(arguments: [0.099, -1, 15.001, 1e9])
    func `a time that is outside is refused with the range`(_ seconds: Double) {
        #expect(
            throws: RunError.limits(#""limits.executionTime" must be from 0.1 to 15 seconds (RUN_MAX_EXECUTION_TIME)"#)
        ) { try bounds.check(request(RunLimits(executionTime: .seconds(seconds)))) }
    }

    @Test(arguments: [1023, 100_001, .max, .min])
    func `a size that is outside is refused with the range`(_ bytes: Int) {
        #expect(
            throws: RunError.limits(#""limits.outputSize" must be from 1024 to 100000 bytes (RUN_MAX_OUTPUT_SIZE)"#)
        ) { try bounds.check(request(RunLimits(outputSize: bytes))) }
    }
}
