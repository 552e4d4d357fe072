/// What is printed: the four fields of the contract, and ours beside them.
struct RunResult {
    /// Of the run; or of the command of the build that failed, after which nothing was run.
    var run: CommandOutcome
    /// All build commands together, when there were any.
    var build: CommandOutcome?
    /// Bytes that all processes of the container and its files in memory took at most.
    var containerMemoryPeak = ContainerCgroup.current?.memoryPeak

    /// As one object in JSON, a part at a time. The texts are cut down so that all of it fits into the limit: short ones are
    /// left whole, and long ones get the same each.
    ///
    /// - Parameter limit: bytes, at least ``Limits/leastOutput``.
    func write(within limit: Int, to sink: @escaping ([UInt8]) -> Void) {
        write(showing: outputs(within: limit), to: sink)
    }

    private var outcomes: [CommandOutcome] { [run] + (build.map { [$0] } ?? []) }

    private func outputs(within limit: Int) -> [ShownOutput] {
        let printed = outcomes.map(\.printed)
        let lengths = printed.flatMap(\.all).map(\.lengthInJSON)
        let isWhole = lengths.reduce(length(showingNothing: false)) { $0 + ($1 ?? limit) } <= limit
        let room = limit - length(showingNothing: !isWhole)
        var shares = Self.shares(lengths, of: room)[...]
        return printed.map { printed in
            ShownOutput(printed.all.map { $0.text(within: shares.removeFirst()) })
        }
    }

    /// Bytes of all of it without the texts.
    private func length(showingNothing isCut: Bool) -> Int {
        var length = 0
        write(showing: outcomes.map { ShownOutput(nothingOf: $0.printed, isCut: isCut) }) { length += $0.count }
        return length
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

    /// - Parameter outputs: of ``outcomes``.
    private func write(showing outputs: [ShownOutput], to sink: @escaping ([UInt8]) -> Void) {
        let limit = outcomes.lazy.compactMap(\.limit).first ?? (outputs.contains(where: \.isCut) ? .output : nil)
        JSONText.write(to: sink) { json in
            if let build {
                json.add("build") { $0.add(build, outputs[1], build.limit ?? (outputs[1].isCut ? .output : nil)) }
            }
            if let containerMemoryPeak { json.add("containerMemoryPeak", containerMemoryPeak) }
            json.add("error", run.error)
            json.add(run, outputs[0], limit)
        }
    }
}

/// What is shown of what a command printed.
private struct ShownOutput {
    var stdout = OutputText()
    var stderr = OutputText()
    var interleaved: OutputText?
    var isCut: Bool

    /// - Parameter texts: stdout, stderr and, where it is wanted, both.
    init(_ texts: [OutputText]) {
        (stdout, stderr, interleaved) = (texts[0], texts[1], texts.count > 2 ? texts[2] : nil)
        isCut = texts.contains(where: \.isCut)
    }

    init(nothingOf printed: PrintedOutput, isCut: Bool) {
        interleaved = printed.interleaved.map { _ in OutputText() }
        self.isCut = isCut
    }
}

extension JSONText {
    fileprivate mutating func add(_ outcome: CommandOutcome, _ output: ShownOutput, _ limit: CommandOutcome.Limit?) {
        add("cpuTime", outcome.cpuTime)
        add("duration", outcome.duration)
        if case .exited(let code) = outcome.end { add("exitCode", Int(code)) }
        if let limit { add("limit", limit.rawValue) }
        add("memoryPeak", outcome.memoryPeak)
        if let text = output.interleaved { add("output", text) }
        if case .signalled(let signal) = outcome.end { add("signal", Int(signal)) }
        add("stderr", output.stderr)
        add("stdout", output.stdout)
    }
}
