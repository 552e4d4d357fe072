internal import Glibc

extension Directory {
    /// Removes what has this name, be it a directory with all that is in it.
    ///
    /// - Throws: ``Failure`` if the system does not let it, or the time is over.
    func remove(_ name: [UInt8], until deadline: ContinuousClock.Instant?) throws(Failure) {
        if Self.withCString(name, { unlinkat(number, $0, 0) }) == 0 || errno == ENOENT { return }
        guard entry(name)?.kind == .directory else { throw .system("remove \(Self.text(name))") }
        let inner = try directory(name)
        inner.setMode(0o700)
        try inner.empty(until: deadline)
        guard Self.withCString(name, { unlinkat(number, $0, AT_REMOVEDIR) }) == 0 else {
            throw .system("remove \(Self.text(name))")
        }
    }

    /// However deep directories lie within each other, only two of them are open at a time: those of the second level are
    /// moved up.
    private func empty(until deadline: ContinuousClock.Instant?) throws(Failure) {
        var moved = 0
        while true {
            let names = try names(limit: Self.removedAtOnce)
            if names.isEmpty { return }
            for name in names {
                if deadline.isOver { throw Failure("there was no time to remove all files") }
                if Self.withCString(name, { unlinkat(number, $0, 0) }) == 0 { continue }
                let inner = try directory(name)
                inner.setMode(0o700)
                try inner.moveUp(to: self, &moved)
                guard Self.withCString(name, { unlinkat(number, $0, AT_REMOVEDIR) }) == 0 || errno == ENOTEMPTY else {
                    throw .system("remove \(Self.text(name))")
                }
            }
        }
    }

    /// Removes files, and moves directories, as many as are looked at at once.
    private func moveUp(to parent: borrowing Directory, _ moved: inout Int) throws(Failure) {
        for name in try names(limit: Self.removedAtOnce) {
            if Self.withCString(name, { unlinkat(number, $0, 0) }) == 0 { continue }
            // A directory needs to be writable to have another parent.
            try directory(name).setMode(0o700)
            var result: Int32
            repeat {
                moved += 1
                let target = Array("moved-\(moved)".utf8)
                result = Self.withCString(name) { from in
                    Self.withCString(target) { renameat(number, from, parent.number, $0) }
                }
            } while result != 0 && (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
            guard result == 0 else { throw .system("remove \(Self.text(name))") }
        }
    }

    /// So that a million names do not take more memory than there is.
    private static let removedAtOnce = 1000

    /// Makes a directory that is not there yet.
    func makeDirectory(_ name: [UInt8]) throws(Failure) {
        guard Self.withCString(name, { mkdirat(number, $0, 0o700) }) == 0 else {
            throw .system("make \(Self.text(name))")
        }
    }

    /// Makes a file that is not there yet.
    func makeFile(_ name: [UInt8]) throws(Failure) -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = Self.withCString(name) { openat(number, $0, flags, 0o600) }
        guard file >= 0 else { throw .system("write \(Self.text(name))") }
        return Descriptor(owning: file)
    }

    /// Makes a link that is not there yet.
    func makeLink(_ name: [UInt8], to target: [UInt8]) throws(Failure) {
        let result = Self.withCString(name) { name in
            Self.withCString(target) { symlinkat($0, number, name) }
        }
        guard result == 0 else { throw .system("make \(Self.text(name))") }
    }

    /// Makes a FIFO that is not there yet.
    func makeFIFO(_ name: [UInt8], _ mode: mode_t) throws(Failure) {
        // The umask counts for the one, and not for the other.
        guard Self.withCString(name, { mkfifoat(number, $0, mode) == 0 && fchmodat(number, $0, mode, 0) == 0 }) else {
            throw .system("make \(Self.text(name))")
        }
    }

    /// Where a link leads.
    func target(ofLink name: [UInt8]) -> [UInt8]? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = Self.withCString(name) { readlinkat(number, $0, &target, target.count) }
        return count >= 0 ? target[..<count].map(UInt8.init(bitPattern:)) : nil
    }
}
