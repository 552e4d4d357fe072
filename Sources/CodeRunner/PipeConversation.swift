internal import Glibc

/// Writes a child's stdin and reads its two outputs, whichever is ready.
struct PipeConversation {
    private let pipes: Pipes
    private let childSignal: ChildSignal
    private var stdin: ArraySlice<UInt8>
    private(set) var stdout: BoundedOutput
    private(set) var stderr: BoundedOutput
    private var stdoutIsOpen = true
    private var stderrIsOpen = true
    private var buffer = [UInt8](repeating: 0, count: 65536)

    init(_ pipes: Pipes, _ childSignal: ChildSignal, stdin: [UInt8], outputLimit: Int) {
        self.pipes = pipes
        self.childSignal = childSignal
        self.stdin = stdin[...]
        stdout = BoundedOutput(limit: outputLimit)
        stderr = BoundedOutput(limit: outputLimit)
        if stdin.isEmpty { pipes.closeStdin() }
    }

    /// Waits until a pipe is ready, the child has ended or the time has come, and moves what can be moved.
    mutating func serve(waitingUntil deadline: ContinuousClock.Instant?) {
        // A negative descriptor is one that poll does not look at.
        var polled = [
            pollfd(fd: pipes.stdin.write, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: stdoutIsOpen ? pipes.stdout.read : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stderrIsOpen ? pipes.stderr.read : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: childSignal.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = deadline.map { Int32(clamping: max(0, ($0 - .now).nanoseconds + 999_999) / 1_000_000) } ?? -1
        guard poll(&polled, 4, milliseconds) > 0 else { return }
        if polled[0].revents != 0 { write() }
        if polled[1].revents != 0 { stdoutIsOpen = read(pipes.stdout.read, into: \.stdout) != .end }
        if polled[2].revents != 0 { stderrIsOpen = read(pipes.stderr.read, into: \.stderr) != .end }
        if polled[3].revents != 0 { childSignal.clear() }
    }

    /// Takes what the child has left in the pipes, without waiting for whoever else may still hold them.
    mutating func drain() {
        // A pipe holds a megabyte at most, pipe(7): more can only come from somebody who goes on writing.
        for _ in 0..<16 where stdoutIsOpen { stdoutIsOpen = read(pipes.stdout.read, into: \.stdout) == .some }
        for _ in 0..<16 where stderrIsOpen { stderrIsOpen = read(pipes.stderr.read, into: \.stderr) == .some }
    }

    /// A child that does not read its stdin, or has closed it, does nothing wrong.
    private mutating func write() {
        let count = stdin.withUnsafeBytes { Glibc.write(pipes.stdin.write, $0.baseAddress, $0.count) }
        if count > 0 { stdin = stdin.dropFirst(count) }
        if stdin.isEmpty || (count < 0 && errno != EAGAIN && errno != EINTR) { pipes.closeStdin() }
    }

    private enum ReadResult {
        case some, none, end
    }

    private mutating func read(
        _ descriptor: Int32, into output: WritableKeyPath<PipeConversation, BoundedOutput>
    ) -> ReadResult {
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? .none : .end }
        let bytes = buffer[..<count]
        self[keyPath: output].append(bytes)
        return .some
    }
}
