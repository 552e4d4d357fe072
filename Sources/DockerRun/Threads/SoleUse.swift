internal import Synchronization

/// Asserts what the compiler cannot see: that nobody uses something while somebody else does, whichever threads they are on.
struct SoleUse: ~Copyable {
    private let isInUse = Atomic(false)

    func begin() {
        precondition(!isInUse.exchange(true, ordering: .acquiring), "two threads use it at once")
    }

    func end() {
        isInUse.store(false, ordering: .releasing)
    }
}
