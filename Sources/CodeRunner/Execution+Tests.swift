internal import Glibc

extension Execution {
    /// Runs the program once for each, in the directory as the build has left it. Those for which no time is left, and those
    /// behind the first that fails if that is to end them, are skipped.
    func results(of tests: [Program.Test]) throws(Failure) -> TestResults {
        var results = TestResults()
        var snapshot: Snapshot?
        do throws(Failure) {
            if tests.count > 1 {
                snapshot = try Snapshot.taken(of: roots, storedIn: temporary, until: timeLimit?.deadline)
            }
        } catch {
            results.failToRestore(error)
        }
        for (index, test) in tests.enumerated() {
            guard hasTime, !(program.stopsOnFailure && results.hasFailure) else { break }
            if index > 0, let failure = snapshot?.restore(until: timeLimit?.deadline) {
                // Nobody sees what is not put back for want of time.
                guard hasTime else { break }
                results.failToRestore(failure)
            }
            do throws(Failure) {
                results.add(try run(test, of: tests.count))
            } catch  where index > 0 {
                // What the tests before it have done to their directory, or to this process, is no reason to lose theirs.
                results.failToRestore(error)
                break
            }
        }
        results.skip(tests.count - results.all.count)
        return results
    }

    private func run(_ test: Program.Test, of count: Int) throws(Failure) -> CommandOutcome {
        let printed = PrintedOutput(
            limit: limits.output / count, interleaves: program.interleaves, expected: test.expected, events: events)
        return try run(test.input, printed)
    }

    private var hasTime: Bool { !(timeLimit?.deadline).isOver }

    /// The directory of the program, and in a container of its own those for temporary files, which programs find by name:
    /// elsewhere they are other people's too. One that lies in another is part of that.
    private var roots: [Snapshot.Root] {
        let workspace = Directory.resolved(workspace.path) ?? workspace.path
        let work = FileName(workspace).parts
        var roots = [Snapshot.Root(path: workspace)]
        guard descendants.isInit else { return roots }
        for path in ["/tmp", "/dev/shm", temporary].compactMap(Directory.resolved) {
            let parts = FileName(path).parts
            guard !roots.contains(where: { parts.starts(with: FileName($0.path).parts) }) else { continue }
            roots.append(.init(path: path, exception: work.starts(with: parts) ? work[parts.count...] : []))
        }
        // What another lies in comes before it.
        return roots.sorted { $0.path.utf8.count < $1.path.utf8.count }
    }

    private var temporary: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }
}
