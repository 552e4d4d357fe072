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

    @Test func `a name is there once, from when it is added until it is removed`() {
        let ledger = ContainerLedger()
        ledger.add("a")
        ledger.add("a")
        #expect(ledger.count == 1)
        #expect(ledger.contains("a"))
        ledger.remove("b")
        #expect(ledger.count == 1)
        ledger.remove("a")
        #expect(!ledger.contains("a"))
        #expect(ledger.count == 0)
    }

    @Test func `everybody who waits is called, and may use the ledger`() {
        let ledger = ContainerLedger()
        let calls = Calls()
        ledger.add("a")
        for _ in 0..<3 {
            ledger.whenEmpty {
                ledger.whenEmpty { calls.count.withLock { $0 += 1 } }
            }
        }
        ledger.remove("a")
        #expect(calls.count.withLock { $0 } == 3)
    }

    private final class Calls: Sendable {
        let count = Mutex(0)
    }
}
