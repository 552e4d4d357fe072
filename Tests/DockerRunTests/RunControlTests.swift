import Testing

@testable import DockerRun

struct RunControlTests {
    private struct Thrown: Error, Equatable {}

    @Test func `a run is cancelled from the first call on, and stays so`() {
        let control = RunControl()
        #expect(!control.isCancelled)
        control.cancel()
        #expect(control.isCancelled)
        control.cancel()
        #expect(control.isCancelled)
    }

    @Test func `a cancellation ends the wait that goes on, also from another thread`() async throws {
        let control = RunControl()
        let connection = try DockerConnection(DockerSettings(), DockerCallMetrics())
        let canceller = Task.detached {
            try await Task.sleep(for: .milliseconds(20))
            control.cancel()
        }
        let began = ContinuousClock.now
        try control.waking(connection) { () throws(DockerError) in try connection.wait(timeout: .seconds(60)) }
        #expect(ContinuousClock.now - began < .seconds(30))
        try await canceller.value
    }

    @Test func `a cancellation before the wait ends that too`() throws {
        let control = RunControl()
        let connection = try DockerConnection(DockerSettings(), DockerCallMetrics())
        let began = ContinuousClock.now
        try control.waking(connection) { () throws(DockerError) in
            control.cancel()
            try connection.wait(timeout: .seconds(60))
        }
        #expect(ContinuousClock.now - began < .seconds(30))
    }

    @Test func `what the body returns or throws comes out`() throws {
        let control = RunControl()
        let connection = try DockerConnection(DockerSettings(), DockerCallMetrics())
        #expect(control.waking(connection) { 7 } == 7)
        #expect(throws: Thrown()) {
            try control.waking(connection) { () throws(Thrown) in throw Thrown() }
        }
    }
}
