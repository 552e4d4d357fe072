internal import Glibc

/// What is printed: the four fields of the contract, and ours beside them.
struct RunResult {
    struct Build {
        var stdout = OutputText()
        var stderr = OutputText()
        /// Nanoseconds.
        var duration: Int
    }

    var stdout = OutputText()
    var stderr = OutputText()
    /// Empty if all went well.
    var error: String
    /// Nanoseconds of the run, or of the build that failed.
    var duration: Int
    var exitCode: Int32?
    var signal: Int32?
    /// Nanoseconds of CPU time.
    var cpuTime: Int
    /// Bytes.
    var memoryPeak: Int
    /// Of all build commands together, when there were any.
    var build: Build?

    /// As one object in JSON, a part at a time.
    func write(to sink: @escaping ([UInt8]) -> Void) {
        JSONText.write(to: sink) { json in
            if let build {
                json.add("build") {
                    $0.add("duration", build.duration)
                    $0.add("stderr", build.stderr)
                    $0.add("stdout", build.stdout)
                }
            }
            json.add("cpuTime", cpuTime)
            json.add("duration", duration)
            json.add("error", error)
            if let exitCode { json.add("exitCode", Int(exitCode)) }
            json.add("memoryPeak", memoryPeak)
            if let signal { json.add("signal", Int(signal)) }
            json.add("stderr", stderr)
            json.add("stdout", stdout)
        }
    }

    /// Bytes of all of it as it is written.
    private var length: Int {
        var length = 0
        write { length += $0.count }
        return length
    }
}

extension RunResult {
    /// The texts are cut down so that all of it, as it is printed, fits into the limit: short ones are left whole, and long
    /// ones get the same each.
    init(_ outcome: Command.Outcome, build: BuildOutcome?, _ limits: Limits) {
        self.init(
            error: outcome.error(limits), duration: outcome.duration, cpuTime: outcome.cpuTime,
            memoryPeak: outcome.memoryPeak, build: build.map { Build(duration: $0.duration) })
        switch outcome.end {
        case .exited(let code): exitCode = code
        case .signalled(let number): signal = number
        case .timedOut: break
        }
        let outputs = [outcome.stdout, outcome.stderr] + (build.map { [$0.stdout, $0.stderr] } ?? [])
        let shares = Self.shares(outputs.map(\.lengthInJSON), of: limits.output - length)
        let texts = zip(outputs, shares).map { $0.text(within: $1) }
        (stdout, stderr) = (texts[0], texts[1])
        if build != nil {
            self.build?.stdout = texts[2]
            self.build?.stderr = texts[3]
        }
    }

    /// - Parameter lengths: nil is longer than there can be room for.
    private static func shares(_ lengths: [Int?], of room: Int) -> [Int] {
        let lengths = lengths.map { $0 ?? .max }
        var shares = lengths
        var left = room
        for (given, index) in lengths.indices.sorted(by: { lengths[$0] < lengths[$1] }).enumerated() {
            shares[index] = min(lengths[index], left / (lengths.count - given))
            left -= shares[index]
        }
        return shares
    }
}

extension Command.Outcome {
    /// In words; empty if all went well.
    fileprivate func error(_ limits: Limits) -> String {
        switch end {
        case .exited(0): ""
        // A shell's way to say that SIGKILL ended what it ran.
        case .exited(128 + SIGKILL): "Exit code: \(128 + SIGKILL)\(memoryReason)"
        case .exited(let code): "Exit code: \(code)"
        case .signalled(SIGKILL): "Killed by signal \(SIGKILL)\(Signal.name(SIGKILL))\(memoryReason)"
        case .signalled(let signal): "Killed by signal \(signal)\(Signal.name(signal))"
        case .timedOut: "Time limit exceeded (\(limits.time.map { "\($0)" } ?? ""))"
        }
    }

    private var memoryReason: String {
        guard ranOutOfMemory else { return "" }
        return ": out of memory" + (MemoryCgroup.current?.limit.map { " (limit \($0) bytes)" } ?? "")
    }
}
