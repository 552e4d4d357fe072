internal import CProcess
internal import Glibc

/// What connects this process with a child: three pipes, or one pseudo-terminal. It writes the child's stdin and reads its
/// outputs, whichever is ready.
struct ChildStreams: ~Copyable {
    /// Ours. Of a terminal, the first two are the same, and the third is closed.
    private var stdin: Descriptor
    private var stdout: Descriptor
    private var stderr: Descriptor
    /// The child's. A terminal has one.
    private var childStdin: Descriptor
    private var childStdout: Descriptor
    private var childStderr: Descriptor
    private let isTerminal: Bool
    private var input: StandardInput
    private var hasCompletedInput = false
    /// Whether what comes next is the beginning of a line.
    private var isAtLineStart = true
    private(set) var printed: PrintedOutput
    private var buffer = [UInt8](repeating: 0, count: 65536)

    /// - Parameter terminal: what the child gets instead of pipes. Both outputs are one then, stdout.
    init(_ input: StandardInput, _ printed: PrintedOutput, terminal: TerminalSize?) throws(Failure) {
        self.input = input
        self.printed = printed
        isTerminal = terminal != nil
        if let terminal {
            let pair = try PseudoTerminal(terminal)
            stdin = Descriptor(owning: fcntl(pair.ours.number, F_DUPFD_CLOEXEC, 3))
            stdout = pair.ours
            stderr = .closed
            childStdin = pair.program
            childStdout = .closed
            childStderr = .closed
        } else {
            let first = try Pipe()
            let second = try Pipe()
            let third = try Pipe()
            stdin = first.write
            stdout = second.read
            stderr = third.read
            childStdin = first.read
            childStdout = second.write
            childStderr = third.write
            // Only our ends: the child's programs do not expect it of theirs.
            for end in [stdin.number, stdout.number, stderr.number] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        }
    }

    /// What the child gets as its 0, 1 and 2.
    var childEnds: [Int32] {
        isTerminal
            ? Array(repeating: childStdin.number, count: 3)
            : [childStdin.number, childStdout.number, childStderr.number]
    }

    /// To be called when the child has its ends: until then the pipes would not end with it. A terminal's is kept: where nobody
    /// has it open, our side is at its end, pty(7), though a program may open /dev/tty again.
    mutating func childHasStarted() {
        if !isTerminal { childStdin.close() }
        childStdout.close()
        childStderr.close()
        completeInput()
    }

    /// What goes in and who takes what comes out, of a child that was started before either was known.
    mutating func connect(_ input: StandardInput, _ printed: PrintedOutput) {
        self.input = input
        self.printed = printed
        completeInput()
    }

    /// Waits until something is ready, a child has ended or the time has come, and moves what can be moved.
    mutating func serve(
        until deadline: ContinuousClock.Instant?, _ childSignal: ChildSignal, _ events: EventStream?,
        _ dialogue: Dialogue?
    ) throws(Failure) {
        var polled = [
            pollfd(fd: input.waiting.isEmpty ? -1 : stdin.number, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: stdout.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stderr.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: childSignal.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: events?.waitingDescriptor ?? -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: dialogue?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = deadline.map { Int32(clamping: max(0, ($0 - .now).nanoseconds + 999_999) / 1_000_000) } ?? -1
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return }
        if polled[0].revents != 0 { write() }
        if polled[1].revents != 0 { readStdout() }
        if polled[2].revents != 0 { readStderr() }
        if polled[3].revents != 0 { childSignal.clear() }
        if polled[4].revents != 0 { events?.flush() }
        if polled[5].revents != 0 { try dialogue?.read() }
        completeInput()
    }

    /// Takes what the child has left in the pipes, without waiting for whoever else may still hold them.
    mutating func drain() {
        // A pipe holds a megabyte at most, pipe(7): more can only come from somebody who goes on writing. A terminal gives four
        // kilobytes at a time, and gVisor's holds whatever was printed.
        for _ in 0..<(isTerminal ? 4096 : 16) {
            guard readStdout() else { break }
        }
        for _ in 0..<16 {
            guard readStderr() else { break }
        }
        printed.end()
    }

    // MARK: What is said to the child beside its input

    /// Of a terminal, to whoever is in its foreground, tcgetpgrp(3), as its own keys do; else to the child's process group.
    func send(_ signal: Int32, to child: pid_t) {
        let foreground = isTerminal ? tcgetpgrp(stdout.number) : -1
        // It may have ended, and is named all the same.
        if foreground > 1, kill(-foreground, signal) == 0 { return }
        kill(-child, signal)
    }

    func resize(_ size: TerminalSize) {
        if isTerminal { process_resize_terminal(stdout.number, size.columns, size.rows) }
    }

    // MARK: Reading and writing

    /// A child that does not read its stdin, or has closed it, does nothing wrong.
    private mutating func write() {
        let waiting = input.waiting
        let count = waiting.withUnsafeBytes { Glibc.write(stdin.number, $0.baseAddress, $0.count) }
        if count > 0 {
            isAtLineStart = [UInt8(ascii: "\n"), UInt8(ascii: "\r"), Self.endOfInput]
                .contains(waiting[waiting.startIndex + count - 1])
            input.remove(count)
        } else if count < 0 && errno != EAGAIN && errno != EINTR {
            stdin.close()
            input.discard()
        }
    }

    /// Tells the child that no more comes, if that is so: on a terminal with the character for it, termios(3), which behind the
    /// beginning of a line only sends that, and has to come again.
    private mutating func completeInput() {
        guard input.isComplete, input.waiting.isEmpty, !hasCompletedInput else { return }
        hasCompletedInput = true
        if isTerminal {
            input.end(with: Array(repeating: Self.endOfInput, count: isAtLineStart ? 1 : 2))
        } else {
            stdin.close()
        }
    }

    /// Ctrl-D, VEOF of termios(3).
    private static let endOfInput: UInt8 = 4

    /// - Returns: whether something was read.
    @discardableResult
    private mutating func readStdout() -> Bool {
        let count = Self.read(&stdout, into: &buffer)
        printed.append(stdout: buffer[..<count])
        return count > 0
    }

    /// - Returns: whether something was read.
    @discardableResult
    private mutating func readStderr() -> Bool {
        let count = Self.read(&stderr, into: &buffer)
        printed.append(stderr: buffer[..<count])
        return count > 0
    }

    /// Closes what has ended.
    ///
    /// - Returns: how much was read; 0 too if there is nothing yet.
    private static func read(_ end: inout Descriptor, into buffer: inout [UInt8]) -> Int {
        let count = buffer.withUnsafeMutableBytes { Glibc.read(end.number, $0.baseAddress, $0.count) }
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { end.close() }
        return max(0, count)
    }
}
