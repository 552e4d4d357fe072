internal import Glibc

/// What an image has started while its container waits for a payload, as its file says: a line for each, with the stage, the
/// command that it stands for, the one that is started, and perhaps the name of the main file, separated by tabs.
///
///     run	python main.py	exec python main.py
final class Preludes {
    private var all: [Prelude] = []
    private let descendants: Descendants
    /// Of the container, when they were started: a run may have others.
    private var limits: [[UInt8]?]?

    static let path = "/usr/lib/code-runner/preludes"

    /// How long stdin has to be silent before any is started: in a container that is made for a run, the payload is there by
    /// then.
    private static let silence: Int32 = 50
    /// Of what the container may take, what waits may have taken one part of so many: the rest is for the program.
    private static let share = 2

    /// While the machine has no processor to spare, what gets ready would take it from runs. So the machine is looked at again
    /// after so many milliseconds, a random number of them, so that not all containers that wait begin at once.
    private static let pause: ClosedRange<Int32> = 100...200

    /// Starts none if a payload is there before the machine has time to spare, or if CODE_RUNNER_PRELUDE is `off`. If it is
    /// `always`, the machine is not looked at. What cannot be started is as if it were not in the file.
    init(of path: String = path, in workspace: Workspace?, _ descendants: Descendants) {
        self.descendants = descendants
        let wish = getenv("CODE_RUNNER_PRELUDE").map { String(cString: $0) }
        unsetenv("CODE_RUNNER_PRELUDE")
        // What that brings takes the place of what is there.
        guard wish != "off", let workspace, workspace.bootstrapCommand == nil, let text = KernelFile.read(path) else {
            return
        }
        guard Self.awaitSpareTime(evenIfBusy: wish == "always") else { return }
        limits = ContainerCgroup.current?.limits
        for recipe in Self.recipes(text) where !all.contains(where: { $0.recipe.stage == recipe.stage }) {
            if let prelude = try? Prelude(recipe, in: workspace.path, descendants) { all.append(prelude) }
        }
    }

    /// - Parameter startsAnyway: a silent stdin is enough.
    /// - Returns: false if somebody says something on stdin before.
    private static func awaitSpareTime(evenIfBusy startsAnyway: Bool) -> Bool {
        var polled = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        var earlier = ProcessorTime.now
        var time = silence
        while poll(&polled, 1, time) == 0 {
            let now = ProcessorTime.now
            guard !startsAnyway, let now, let before = earlier, !now.hasSpare(since: before) else { return true }
            earlier = now
            time = .random(in: pause)
        }
        return false
    }

    /// One for each stage is what a container has use for.
    static func recipes(_ text: [UInt8]) -> [Prelude.Recipe] {
        text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let parts = line.split(separator: UInt8(ascii: "\t")).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 3 || parts.count == 4, let stage = Prelude.Stage(rawValue: parts[0]) else {
                return nil
            }
            return Prelude.Recipe(stage: stage, command: parts[1], start: parts[2], mainFile: parts.dropFirst(3).first)
        }
    }

    /// Now it is known what for. Ends those that are of no use for this program, and waits for the others to be ready.
    func settle(for program: Program) {
        guard !all.isEmpty else { return }
        // A virtual machine looks at the limits when it starts.
        let hasRoom = ContainerCgroup.current?.limits == limits && Self.leavesRoom
        for index in all.indices.reversed() {
            let prelude = all[index]
            if hasRoom, program.canUse(prelude), prelude.awaitReady(descendants) { continue }
            prelude.end(descendants)
            all.remove(at: index)
        }
    }

    /// Ends those that nobody has asked for.
    func end() {
        for prelude in all { prelude.end(descendants) }
        all = []
    }

    /// - Returns: what has waited for this command.
    func take(_ command: String, _ stage: Prelude.Stage) -> Prelude? {
        all.firstIndex { $0.isGood(for: command, stage) }.map { all.remove(at: $0) }
    }

    /// Whether what waits leaves enough of the container to the program.
    private static var leavesRoom: Bool {
        guard let cgroup = ContainerCgroup.current else { return true }
        if let limit = cgroup.limit, let used = cgroup.memoryInUse, used > limit / share { return false }
        if let limit = cgroup.processLimit, let used = cgroup.processCount, used > limit / share { return false }
        return true
    }
}

extension Program {
    /// What has waited knows nothing of variables, arguments, terminals and tests.
    fileprivate func canUse(_ prelude: Prelude) -> Bool {
        guard environment.isEmpty else { return false }
        if let mainFile = prelude.recipe.mainFile {
            guard files.contains(where: { $0.name.utf8.elementsEqual(mainFile.utf8) }) else { return false }
        }
        switch prelude.recipe.stage {
        case .build: return build.first.map { prelude.isGood(for: $0, .build) } ?? false
        case .run:
            return terminal == nil && tests == nil && input.arguments.isEmpty && prelude.isGood(for: run, .run)
        }
    }
}
