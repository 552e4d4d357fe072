import Synchronization
import Testing

@testable import DockerRun

struct ContainerLedgerTests {
    @Test func `those who wait are called once, when the last container is gone`() {
        let ledger = ContainerLedger()
        let calls = Calls()
        ledger.add("a")
        ledger.add("b")
        ledger.whenEmpty { calls.count.withLock { $0 += 1 } }
        ledger.remove("a")
        #expect(calls.count.withLock { $0 } == 0)
        ledger.remove("b")
        #expect(calls.count.withLock { $0 } == 1)
        ledger.add("c")
        ledger.remove("c")
        #expect(calls.count.withLock { $0 } == 1)
    }

    @Test func `whoever asks when there is none is called at once`() {
        let calls = Calls()
        ContainerLedger().whenEmpty { calls.count.withLock { $0 += 1 } }
        #expect(calls.count.withLock { $0 } == 1)
    }

    private final class Calls: Sendable {
        let count = Mutex(0)
    }
}

struct ServerIdentityTests {
    @Test func `an identity is the same again, and another one at another port`() {
        var settings = ServerSettings()
        let identity = ServerIdentity(settings)
        #expect(ServerIdentity(settings) == identity)
        settings.listenPort += 1
        #expect(ServerIdentity(settings) != identity)
    }
}
