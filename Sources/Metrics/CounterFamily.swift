public import Synchronization

/// Numbers that only ever grow, one for each key. What has never been counted is not there.
///
/// Any thread may call it. The keys must come from a set that is known to be small: whatever is counted once is remembered
/// to the end.
public final class CounterFamily<Key: Hashable & Sendable>: Sendable {
    @usableFromInline let counts = Mutex<[Key: Int]>([:])

    public init() {}

    /// Inlinable so that each use is compiled for its key: requests are counted here, and there are many of them.
    @inlinable public func increment(_ key: Key) {
        counts.withLock { $0[key, default: 0] += 1 }
    }

    public var values: [Key: Int] { counts.withLock { $0 } }
}
