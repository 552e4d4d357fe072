import Dispatch
import Synchronization
import Testing

@testable import DockerRun

struct WorkerPoolTests {
    @Test func `all workers work at once from the first moment`() throws {
        let pool = WorkerPool(name: "test", .runs, workers: 32, capacity: 0)
        let everybodyIsThere = Barrier(32)
        let done = DispatchGroup()
        for _ in 0..<32 {
            done.enter()
            _ = try pool.submit { _ in
                everybodyIsThere.wait()
                done.leave()
            }
        }
        #expect(done.wait(timeout: .now() + 60) == .success)
    }

    @Test func `a job is refused when every worker is busy and the queue is full`() throws {
        let pool = WorkerPool(name: "test", .runs, workers: 1, capacity: 1)
        let gate = DispatchSemaphore(value: 0)
        _ = try pool.submit { _ in gate.wait() }
        _ = try pool.submit { _ in gate.signal() }
        #expect(throws: WorkerPool.Rejection.full) { try pool.submit { _ in } }
        gate.signal()
    }

    @Test func `a pool knows what it has to do, and whether it would take more`() throws {
        let pool = WorkerPool(name: "test", .runs, workers: 1, capacity: 1)
        let gate = DispatchSemaphore(value: 0)
        #expect(pool.load == (0, 0))
        #expect(pool.hasRoom)
        _ = try pool.submit { _ in gate.wait() }
        #expect(pool.load == (1, 0))
        #expect(pool.hasRoom)
        let ticket = try pool.submit { _ in }
        #expect(pool.load == (1, 1))
        #expect(!pool.hasRoom)
        #expect(pool.withdraw(ticket))
        #expect(pool.hasRoom)
        pool.close()
        #expect(!pool.hasRoom)
        gate.signal()
    }

    @Test func `a job that is taken back frees its place and is not done`() throws {
        let pool = WorkerPool(name: "test", .runs, workers: 1, capacity: 1)
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        _ = try pool.submit { _ in gate.wait() }
        let ticket = try pool.submit { _ in Issue.record("it was done all the same") }
        #expect(pool.withdraw(ticket))
        #expect(!pool.withdraw(ticket))
        _ = try pool.submit { _ in done.signal() }
        gate.signal()
        #expect(done.wait(timeout: .now() + 60) == .success)
    }

    @Test func `waiting jobs have their turn in the order of submission`() throws {
        let pool = WorkerPool(name: "test", .runs, workers: 1, capacity: 100)
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        let order = Order()
        _ = try pool.submit { _ in gate.wait() }
        for number in 0..<100 {
            _ = try pool.submit { _ in
                order.append(number)
                if number == 99 { done.signal() }
            }
        }
        gate.signal()
        #expect(done.wait(timeout: .now() + 60) == .success)
        #expect(order.numbers == Array(0..<100))
    }

    @Test func `a closed pool tells those who wait, and takes no more`() throws {
        let pool = WorkerPool(name: "test", .runs, workers: 1, capacity: 2)
        let gate = DispatchSemaphore(value: 0)
        let order = Order()
        _ = try pool.submit { _ in gate.wait() }
        for number in 0..<2 {
            _ = try pool.submit { turn in if turn == .closed { order.append(number) } }
        }
        pool.close()
        #expect(order.numbers == [0, 1])
        #expect(throws: WorkerPool.Rejection.closed) { try pool.submit { _ in } }
        gate.signal()
    }

    private final class Order: Sendable {
        private let state = Mutex<[Int]>([])
        var numbers: [Int] { state.withLock { $0 } }
        func append(_ number: Int) { state.withLock { $0.append(number) } }
    }

    /// Lets nobody pass before all are there.
    private final class Barrier: Sendable {
        private let missing: Mutex<Int>
        private let open = DispatchSemaphore(value: 0)

        init(_ count: Int) { missing = Mutex(count) }

        func wait() {
            let isLast = missing.withLock { missing in
                missing -= 1
                return missing == 0
            }
            if !isLast { open.wait() }
            open.signal()
        }
    }
}
