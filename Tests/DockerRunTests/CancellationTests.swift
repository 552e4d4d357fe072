import Testing

@testable import DockerRun

struct CancellationTests {
    private struct Thrown: Error, Equatable {}

    @Test func `a run is cancelled from the first call on, and stays so`() {
        let cancellation = Cancellation()
        #expect(!cancellation.isCancelled)
        cancellation.cancel()
        #expect(cancellation.isCancelled)
        cancellation.cancel()
        #expect(cancellation.isCancelled)
    }

    @Test func `a cancellation ends the wait that goes on, also from another thread`() async throws {
        let cancellation = Cancellation()
        let connection = try DockerConnection(DockerSettings(), DockerCallMetrics())
        let canceller = Task.detached {
            try await Task.sleep(for: .milliseconds(20))
            cancellation.cancel()
        }
        let began = ContinuousClock.now
        try cancellation.waking(connection) { () throws(DockerError) in try connection.wait(timeout: .seconds(60)) }
        #expect(ContinuousClock.now - began < .seconds(30))
        try await canceller.value
    }

    @Test func `a cancellation before the wait ends that too`() throws {
        let cancellation = Cancellation()
        let connection = try DockerConnection(DockerSettings(), DockerCallMetrics())
        let began = ContinuousClock.now
        try cancellation.waking(connection) { () throws(DockerError) in
            cancellation.cancel()
            try connection.wait(timeout: .seconds(60))
        }
        #expect(ContinuousClock.now - began < .seconds(30))
    }

    @Test func `what the body returns or throws comes out`() throws {
        let cancellation = Cancellation()
        let connection = try DockerConnection(DockerSettings(), DockerCallMetrics())
        #expect(cancellation.waking(connection) { 7 } == 7)
        #expect(throws: Thrown()) {
            try cancellation.waking(connection) { () throws(Thrown) in throw Thrown() }
        }
    }
}
