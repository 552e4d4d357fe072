internal import Dispatch
internal import DockerRun
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
    private let queue = ThreadShare.service.queue("log")
    private let descriptor: Int32
    private let format: LogSettings.Format
    private static let capacity = 1 << 20
    /// Seconds in which further lines gather, so that a thousand of them take one system call and one wake-up.
    private static let delay = 0.1

    init(_ format: LogSettings.Format, descriptor: Int32 = STDERR_FILENO) {
        self.format = format
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

    /// Waits until all lines so far are written, but not for ever: whoever should read them may have stopped.
    func flush() {
        let written = DispatchSemaphore(value: 0)
        queue.async {
            self.writeAll()
            written.signal()
        }
        _ = written.wait(timeout: .now() + 1)
    }

    private func writeAll() {
        while let bytes = next() {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                if count < 0 && errno == EAGAIN {
                    var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&poller, 1, -1)
                    continue
                }
                // Nobody can be told that standard error is gone.
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
        }
    }

    private func notice(dropped count: Int) -> [UInt8] {
        var clock = LogClock()
        var line = LogLine(format, clock.timestamp(), "warning", "log lines dropped")
        line.append("count", .number(count))
        line.end()
        return line.bytes
    }

    private func next() -> [UInt8]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                return nil
            }
            var bytes = state.waiting
            if state.dropped > 0 { bytes += notice(dropped: state.dropped) }
            state.waiting = []
            state.dropped = 0
            return bytes
        }
    }
}
