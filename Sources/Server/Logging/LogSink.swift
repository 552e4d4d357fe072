internal import Dispatch
internal import Glibc
internal import Synchronization

/// Where log lines go: standard error, from a thread of its own, so that whoever reads it slowly holds up nobody who
/// logs. Lines that find too much waiting are dropped and counted.
final class LogSink: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var dropped = 0
        var isWriting = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "log")
    private let descriptor: Int32
    private static let capacity = 1 << 20
    /// Seconds in which further lines gather, so that a thousand of them take one system call and one wake-up.
    private static let delay = 0.01

    init(descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
    }

    /// - Parameter line: whole, with its line feed.
    func write(_ line: [UInt8]) {
        let begins = state.withLock { state in
            guard state.waiting.count < Self.capacity else {
                state.dropped += 1
                return false
            }
            state.waiting += line
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { queue.asyncAfter(deadline: .now() + Self.delay) { self.writeAll() } }
    }

    /// Waits until all lines so far are written.
    func flush() {
        queue.sync { writeAll() }
    }

    private func writeAll() {
        while let bytes = next() {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                // Nobody can be told that standard error is gone.
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
        }
    }

    private func next() -> [UInt8]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                return nil
            }
            var bytes = state.waiting
            if state.dropped > 0 { bytes += Array("\(state.dropped) log lines dropped\n".utf8) }
            state.waiting = []
            state.dropped = 0
            return bytes
        }
    }
}
