internal import Glibc

/// A command that is started before anybody has asked for it, loads what it can, and waits at a gate until it is known what it
/// is to do. It then is what was asked for, with the same pipes, directory and environment.
///
/// The gate is a FIFO in the directory of the program, `.prelude-build` or `.prelude-run`. Whoever opens it to read is ready,
/// and gets lines when it is its turn: `go`, each further argument in one, and an empty one. If it gets nothing it has to end. The
/// name is gone before a file of the program is written.
final class Prelude {
    enum Stage: String {
        case build, run
    }

    /// What is started for which command.
    struct Recipe: Equatable {
        let stage: Stage
        /// The one that it stands for: of a build with any arguments behind it, of a run as it is.
        let command: String
        let start: String
        /// The main file, if what is started makes one, to open it before it is known. The program's is written into it.
        var mainFile: String?
    }

    let recipe: Recipe
    private let child: pid_t
    private var streams: ChildStreams?
    private let gatePath: String
    private let mainPath: String?
    /// Ours, as soon as it is ready.
    private var gate = Descriptor.closed
    private let began = ContinuousClock.now

    /// What is written into a FIFO at once: PIPE_BUF, pipe(7).
    private static let maximumMessage = 4096

    /// Starts it.
    init(_ recipe: Recipe, in directory: String, _ descendants: Descendants) throws(Failure) {
        self.recipe = recipe
        gatePath = "\(directory)/.prelude-\(recipe.stage.rawValue)"
        mainPath = recipe.mainFile.map { "\(directory)/\($0)" }
        guard mkfifo(gatePath, 0o600) == 0 else { throw .system("make \(gatePath)") }
        do throws(Failure) {
            let streams = try ChildStreams(
                StandardInput([], isComplete: false), PrintedOutput(limit: 0, interleaves: false), terminal: nil)
            let child = try Child(recipe.start, directory: directory, streams)
            self.child = child.process
            self.streams = consume child.streams
        } catch {
            unlink(gatePath)
            throw error
        }
        descendants.await(child)
    }

    /// Whether it can be this command of a program.
    func isGood(for command: String, _ stage: Stage) -> Bool { stage == recipe.stage && message(for: command) != nil }

    /// What it gets at its gate to be this command; nil if it cannot be.
    private func message(for command: String) -> [UInt8]? {
        var message = Array("go\n".utf8)
        switch recipe.stage {
        case .run:
            guard command.utf8.elementsEqual(("exec " + recipe.command).utf8) else { return nil }
        case .build:
            guard command.utf8.starts(with: recipe.command.utf8) else { return nil }
            let rest = command.utf8.dropFirst(recipe.command.utf8.count)
            guard rest.isEmpty || rest.first == Self.space, Shell.isPlain(rest) else { return nil }
            for argument in rest.split(separator: Self.space) { message += argument + [Self.lineEnd] }
        }
        message.append(Self.lineEnd)
        return message.count <= Self.maximumMessage ? message : nil
    }

    /// Waits until it is ready; for as long as it has had already, which at worst is as long as it would have taken without.
    ///
    /// - Returns: false if it is not, or has ended. Its gate is gone in any case.
    func awaitReady(_ descendants: Descendants) -> Bool {
        defer { unlink(gatePath) }
        let giveUp = ContinuousClock.now + (.now - began)
        while true {
            gate = Descriptor(owning: open(gatePath, O_WRONLY | O_NONBLOCK | O_CLOEXEC))
            if gate.number >= 0 { return true }
            // fifo(7): nobody has opened it to read.
            guard errno == ENXIO, .now < giveUp else { return false }
            descendants.signal.wait(.milliseconds(1))
            descendants.reap()
            guard descendants.waiting.contains(child) else { return false }
        }
    }

    /// Has it do what it has waited for.
    ///
    /// - Returns: nil if it cannot, or not any more, as if it had never been.
    func begin(
        _ command: String, _ descendants: Descendants, _ input: StandardInput, _ printed: PrintedOutput
    ) -> Child? {
        descendants.reap()
        guard descendants.stopWaiting(child), var streams = streams.take() else { return nil }
        let cpuTime = cpuTime
        // What is resident at most counts from here on, proc(5).
        KernelFile.write("5", to: "/proc/\(child)/clear_refs")
        guard let message = message(for: command), openGate(message) else {
            kill(-child, SIGKILL)
            return nil
        }
        streams.connect(input, printed)
        return Child(child, streams, cpuTimeBefore: cpuTime)
    }

    /// Ends it, since nobody has asked for it.
    func end(_ descendants: Descendants) {
        if descendants.stopWaiting(child) { kill(-child, SIGKILL) }
        unlink(gatePath)
        if let mainPath { unlink(mainPath) }
        streams = nil
    }

    private func openGate(_ message: [UInt8]) -> Bool {
        defer { gate.close() }
        return message.withUnsafeBytes { write(gate.number, $0.baseAddress, $0.count) } == message.count
    }

    /// Nanoseconds, of all its threads.
    private var cpuTime: Int {
        var (clock, time) = (clockid_t(), timespec())
        guard clock_getcpuclockid(child, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private static let space = UInt8(ascii: " ")
    private static let lineEnd = UInt8(ascii: "\n")
}
