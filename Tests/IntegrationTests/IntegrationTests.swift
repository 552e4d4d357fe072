import TestSupport
import Testing

/// Everything that needs sockets and processes, one test after the other: some of them stop the Docker Engine.
@Suite(.serialized) enum IntegrationTests {
    /// What speaks to a StubDaemon, or to no daemon at all, and so is the same on every Engine:
    /// scripts/test-engines.py leaves it out.
    @Suite(.serialized) enum WithoutEngine {}
}
