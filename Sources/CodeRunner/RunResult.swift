/// What is printed: the four fields of the contract, and ours beside them.
struct RunResult {
    /// Of the run, or of all tests together; or of the command of the build that failed, after which nothing was run.
    var run: CommandOutcome
    /// All build commands together, when there were any.
    var build: CommandOutcome?
    /// What was run in place of one run, if it was.
    var tests: TestResults?
    /// Bytes that all processes of the container and its files in memory took at most.
    var containerMemoryPeak = ContainerCgroup.current?.memoryPeak
    /// Those that the program has left and are to be returned, if any are.
    var files: OutputFiles?

    /// As one object in JSON, a part at a time, of which all fits into the limit: texts that are too long are cut down, short
    /// ones left whole, and long ones get the same each; files have what is left.
    ///
    /// - Parameter limit: bytes, at least ``Limits/leastOutput``.
    func write(within limit: Int, to sink: @escaping ([UInt8]) -> Void) {
        var shown = Shown(outputs: [], files: files.map { _ in .widestWithoutNames })
        let namesRoom = min(files?.lengthOfNames ?? 0, (limit - length(cut: true, shown.files)) / 4)
        shown.outputs = outputs(within: limit - namesRoom, shown.files)
        if let files {
            let room = limit - length(shown)
            shown.files = FilesText(files, within: room - namesRoom, namesWithin: namesRoom)
        }
        write(shown, to: sink)
    }

    private var outcomes: [CommandOutcome] { [run] + (build.map { [$0] } ?? []) + (tests?.outcomes ?? []) }

    private func outputs(within limit: Int, _ files: FilesText?) -> [ShownOutput] {
        let printed = outcomes.map(\.printed)
        let lengths = printed.flatMap(\.all).map(\.lengthInJSON)
        let isWhole = lengths.reduce(length(cut: false, files)) { $0 + ($1 ?? limit) } <= limit
        let room = limit - length(cut: !isWhole, files)
        // Of a build that failed everything is there twice. What is said of it in place of a run comes first.
        let first = build?.isSuccess ?? true ? lengths.count : run.printed.all.count
        let least = (lengths.count - first) * OutputText.leastRoom
        var shares = Self.shares(Array(lengths[..<first]), of: room - least)[...]
        shares += Self.shares(Array(lengths[first...]), of: room - shares.reduce(0, +))
        return printed.map { printed in
            ShownOutput(printed.all.map { $0.text(within: shares.removeFirst()) })
        }
    }

    /// Bytes of all of it without the texts.
    ///
    /// - Parameter isCut: whether there will be a word that says so of each.
    private func length(cut isCut: Bool, _ files: FilesText?) -> Int {
        length(Shown(outputs: outcomes.map { ShownOutput(nothingOf: $0.printed, isCut: isCut) }, files: files))
    }

    private func length(_ shown: Shown) -> Int {
        var length = 0
        write(shown) { length += $0.count }
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

    private func write(_ shown: Shown, to sink: @escaping ([UInt8]) -> Void) {
        let limit = outcomes.lazy.compactMap(\.limit).first ?? shown.outputs.lazy.compactMap(\.limit).first
        JSONText.write(to: sink) { json in
            if let build {
                json.add("build") { $0.add(build, shown.outputs[1], build.limit ?? shown.outputs[1].limit) }
            }
            if let containerMemoryPeak { json.add("containerMemoryPeak", containerMemoryPeak) }
            if let files = shown.files { files.add(to: &json) }
            json.add(run, shown.outputs[0], limit, error: run.error)
            if let tests { tests.add(to: &json, shown.outputs.suffix(tests.outcomes.count)) }
        }
    }

    /// What there is room for.
    private struct Shown {
        /// Of ``outcomes``.
        var outputs: [ShownOutput]
        var files: FilesText?
    }
}

/// What is shown of what a command printed.
private struct ShownOutput {
    var stdout = OutputText()
    var stderr = OutputText()
    var interleaved: OutputText?
    private let isCut: Bool

    /// - Parameter texts: stdout, stderr and, where it is wanted, both.
    init(_ texts: [OutputText]) {
        (stdout, stderr, interleaved) = (texts[0], texts[1], texts.count > 2 ? texts[2] : nil)
        isCut = texts.contains(where: \.isCut)
    }

    init(nothingOf printed: PrintedOutput, isCut: Bool) {
        interleaved = printed.interleaved.map { _ in OutputText() }
        self.isCut = isCut
    }

    var limit: CommandOutcome.Limit? { isCut ? .output : nil }
}

extension JSONText {
    fileprivate mutating func add(
        _ outcome: CommandOutcome, _ output: ShownOutput, _ limit: CommandOutcome.Limit?, error: String? = nil
    ) {
        add("cpuTime", outcome.cpuTime)
        add("duration", outcome.duration)
        if let error { add("error", error) }
        if case .exited(let code) = outcome.end { add("exitCode", Int(code)) }
        if let limit { add("limit", limit.rawValue) }
        add("memoryPeak", outcome.memoryPeak)
        if let text = output.interleaved { add("output", text) }
        if case .signalled(let signal) = outcome.end { add("signal", Int(signal)) }
        add("stderr", output.stderr)
        add("stdout", output.stdout)
    }
}

extension TestResults {
    /// - Parameter outputs: of those that were run.
    fileprivate func add(to json: inout JSONText, _ outputs: ArraySlice<ShownOutput>) {
        var outputs = outputs
        if let notRestored { json.add("notRestored", notRestored) }
        json.add("passed", passed)
        json.add("tests", all) { json, outcome in
            guard let outcome, let output = outputs.popFirst() else {
                json.add("skipped", true)
                return
            }
            if let hasPassed = outcome.hasPassed { json.add("passed", hasPassed) }
            json.add(outcome, output, outcome.limit ?? output.limit, error: outcome.error)
        }
    }
}
