internal import Glibc

/// The three pipes between this process and a child. It writes the child's stdin and reads its two outputs, whichever is
/// ready.
struct ChildStreams: ~Copyable {
    private var stdinPipe: Pipe
    private var stdoutPipe: Pipe
    private var stderrPipe: Pipe
    private var stdin: ArraySlice<UInt8>
    private(set) var printed: PrintedOutput
    private var buffer = [UInt8](repeating: 0, count: 65536)

    init(stdin: [UInt8], _ printed: PrintedOutput) throws(Failure) {
        let first = try Pipe()
        let second = try Pipe()
        let third = try Pipe()
        stdinPipe = first
        stdoutPipe = second
        stderrPipe = third
        self.stdin = stdin[...]
        self.printed = printed
        // Only our ends: the child's programs do not expect it of theirs.
        for end in [stdinPipe.write.number, stdoutPipe.read.number, stderrPipe.read.number] {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    /// What the child gets as its 0, 1 and 2.
    var childEnds: [Int32] { [stdinPipe.read.number, stdoutPipe.write.number, stderrPipe.write.number] }

    /// To be called when the child has its ends: until then the pipes would not end with it.
    mutating func childHasStarted() {
        stdinPipe.read.close()
        stdoutPipe.write.close()
        stderrPipe.write.close()
        if stdin.isEmpty { stdinPipe.write.close() }
    }

    /// Waits until a pipe is ready, a child has ended or the time has come, and moves what can be moved.
    mutating func serve(until deadline: ContinuousClock.Instant?, _ childSignal: ChildSignal, _ events: EventStream?) {
        var polled = [
            pollfd(fd: stdinPipe.write.number, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: stdoutPipe.read.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stderrPipe.read.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: childSignal.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: events?.waitingDescriptor ?? -1, events: Int16(POLLOUT), revents: 0),
        ]
        let milliseconds = deadline.map { Int32(clamping: max(0, ($0 - .now).nanoseconds + 999_999) / 1_000_000) } ?? -1
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return }
        if polled[0].revents != 0 { write() }
        if polled[1].revents != 0 { readStdout() }
        if polled[2].revents != 0 { readStderr() }
        if polled[3].revents != 0 { childSignal.clear() }
        if polled[4].revents != 0 { events?.flush() }
    }

    /// Takes what the child has left in the pipes, without waiting for whoever else may still hold them.
    mutating func drain() {
        // A pipe holds a megabyte at most, pipe(7): more can only come from somebody who goes on writing.
        for _ in 0..<16 {
            guard readStdout() else { break }
        }
        for _ in 0..<16 {
            guard readStderr() else { break }
        }
        printed.end()
    }

    /// A child that does not read its stdin, or has closed it, does nothing wrong.
    private mutating func write() {
        let count = stdin.withUnsafeBytes { Glibc.write(stdinPipe.write.number, $0.baseAddress, $0.count) }
        if count > 0 { stdin = stdin.dropFirst(count) }
        if stdin.isEmpty || (count < 0 && errno != EAGAIN && errno != EINTR) { stdinPipe.write.close() }
    }

    /// - Returns: whether something was read.
    @discardableResult
    private mutating func readStdout() -> Bool {
        let count = Self.read(&stdoutPipe.read, into: &buffer)
        printed.append(stdout: buffer[..<count])
        return count > 0
    }

    /// - Returns: whether something was read.
    @discardableResult
    private mutating func readStderr() -> Bool {
        let count = Self.read(&stderrPipe.read, into: &buffer)
        printed.append(stderr: buffer[..<count])
        return count > 0
    }

    /// Closes the pipe at its end.
    ///
    /// - Returns: how much was read; 0 too if there is nothing yet.
    private static func read(_ end: inout Descriptor, into buffer: inout [UInt8]) -> Int {
        let count = buffer.withUnsafeMutableBytes { Glibc.read(end.number, $0.baseAddress, $0.count) }
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { end.close() }
        return max(0, count)
    }
}
