internal import Glibc

extension Snapshot {
    /// Removes what has come, and puts back what has gone or is different, in so far as that is possible.
    ///
    /// - Returns: what was not possible first.
    func restore(until deadline: ContinuousClock.Instant?) -> Failure? {
        var restoring = Restoring(deadline: deadline)
        // What takes room goes first, wherever it is: what is put back may need it.
        for (root, mode, nodes) in roots {
            do throws(Failure) {
                let directory = try Self.repaired(root.path, mode)
                removeStrange(nodes, in: directory, except: root.exception, &restoring)
            } catch {
                restoring.fail(error)
            }
        }
        for (root, mode, nodes) in roots {
            do throws(Failure) {
                let directory = try Self.repaired(root.path, mode)
                restore(nodes, in: directory, except: root.exception, &restoring)
                directory.setMode(mode)
            } catch {
                restoring.fail(error)
            }
        }
        return restoring.failure
    }

    private struct Restoring {
        let deadline: ContinuousClock.Instant?
        private(set) var failure: Failure?

        init(deadline: ContinuousClock.Instant?) {
            self.deadline = deadline
        }

        mutating func fail(_ failure: Failure) {
            self.failure = self.failure ?? failure
        }

        func checkTime() throws(Failure) {
            if deadline.isOver { throw Failure("there was no time to put all files back") }
        }
    }

    /// A program may have moved its directory away, put a link in its place, or taken its permissions.
    private static func repaired(_ path: String, _ mode: mode_t) throws(Failure) -> Directory {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            if status.st_mode & 0o7777 != mode || mode & 0o700 != 0o700 { chmod(path, mode | 0o700) }
        } else {
            unlink(path)
            guard mkdir(path, 0o700) == 0 else { throw .system("make \(path)") }
        }
        return try Directory(path: path)
    }

    private func restore(
        _ nodes: [[UInt8]: Node], in directory: borrowing Directory, except exception: ArraySlice<[UInt8]>,
        _ restoring: inout Restoring
    ) {
        for (name, node) in nodes {
            do throws(Failure) {
                try restoring.checkTime()
                let inner = name == exception.first ? exception.dropFirst() : []
                try restore(node, as: name, in: directory, except: inner, &restoring)
            } catch {
                restoring.fail(error)
            }
        }
    }

    /// Everything that was not there, and of what was there the files that have another length.
    private func removeStrange(
        _ nodes: [[UInt8]: Node], in directory: borrowing Directory, except exception: ArraySlice<[UInt8]>,
        _ restoring: inout Restoring
    ) {
        removeOthers(than: nodes, in: directory, except: exception.first, &restoring)
        for (name, node) in nodes {
            do throws(Failure) {
                try restoring.checkTime()
                let entry = directory.entry(name)
                switch (node, entry?.kind) {
                case (.directory(let nodes, _), .directory):
                    let inner = try directory.directory(name)
                    inner.setMode(0o700)
                    let exception = name == exception.first ? exception.dropFirst() : []
                    removeStrange(nodes, in: inner, except: exception, &restoring)
                case (.file(let place, _), .file) where entry?.size != place.size:
                    try directory.remove(name, until: restoring.deadline)
                default: break
                }
            } catch {
                restoring.fail(error)
            }
        }
    }

    private func removeOthers(
        than nodes: [[UInt8]: Node], in directory: borrowing Directory, except exception: [UInt8]?,
        _ restoring: inout Restoring
    ) {
        do throws(Failure) {
            while true {
                // If there are others at all, some are among so many.
                let names = try directory.names(limit: nodes.count + 1000)
                let others = names.filter { nodes[$0] == nil && $0 != exception }
                if others.isEmpty { return }
                for name in others {
                    try restoring.checkTime()
                    try directory.remove(name, until: restoring.deadline)
                }
            }
        } catch {
            restoring.fail(error)
        }
    }

    private func restore(
        _ node: Node, as name: [UInt8], in directory: borrowing Directory, except exception: ArraySlice<[UInt8]>,
        _ restoring: inout Restoring
    ) throws(Failure) {
        let entry = directory.entry(name)
        switch node {
        case .file(let place, let mode):
            if try isSame(entry, place, mode, in: directory, until: restoring.deadline) { return }
            try directory.remove(name, until: restoring.deadline)
            let file = try directory.makeFile(name)
            guard storage.write(place, to: file, until: restoring.deadline) else {
                throw .system("write \(Directory.text(name))")
            }
            fchmod(file.number, mode)
        case .directory(let nodes, let mode):
            if entry?.kind != .directory {
                try directory.remove(name, until: restoring.deadline)
                try directory.makeDirectory(name)
            }
            let inner = try directory.directory(name)
            inner.setMode(0o700)
            restore(nodes, in: inner, except: exception, &restoring)
            inner.setMode(mode)
        case .link(let target):
            if entry?.kind == .link, directory.target(ofLink: name) == target { return }
            try directory.remove(name, until: restoring.deadline)
            try directory.makeLink(name, to: target)
        case .fifo(let mode):
            if entry?.kind == .fifo, entry?.mode == mode { return }
            try directory.remove(name, until: restoring.deadline)
            try directory.makeFIFO(name, mode)
        case .unreadable: return
        }
    }

    /// Whether a file has kept its content; its permissions are put back.
    private func isSame(
        _ entry: Directory.Entry?, _ place: SnapshotStorage.Place, _ mode: mode_t, in directory: borrowing Directory,
        until deadline: ContinuousClock.Instant?
    ) throws(Failure) -> Bool {
        guard let entry, entry.kind == .file, entry.size == place.size else { return false }
        let file = try directory.file(entry.name)
        guard storage.isContent(of: file, at: place, until: deadline) else { return false }
        if entry.mode != mode || mode & 0o400 == 0 { fchmod(file.number, mode) }
        return true
    }
}
