import TestSupport
import Testing

/// Everything that needs sockets and processes, one test after the other: some of them stop the Docker Engine.
@Suite(.serialized) enum IntegrationTests {
    /// What is the same on every Engine: it speaks to a StubDaemon or to no daemon, or asks the Engine no more than its version.
    /// scripts/test-engines.py leaves it out.
    @Suite(.serialized) enum WithoutEngine {}
}
