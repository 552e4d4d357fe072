internal import Glibc

/// What lies below some directories, so that it can be put back as it was: files, directories, links and FIFOs with their
/// permissions, but not their times and owners.
struct Snapshot: ~Copyable {
    /// A directory, in which one below it may be left alone.
    struct Root {
        let path: String
        var exception: ArraySlice<[UInt8]> = []
    }

    enum Node {
        case file(SnapshotStorage.Place, mode_t)
        case directory([[UInt8]: Node], mode_t)
        case link(to: [UInt8])
        case fifo(mode_t)
        /// What cannot be read; nobody changes it then.
        case unreadable
    }

    let storage: SnapshotStorage
    let roots: [(root: Root, mode: mode_t, nodes: [[UInt8]: Node])]

    /// Keeps the contents in a directory, or in memory where they do not fit.
    ///
    /// - Throws: ``Failure`` saying why there can be none.
    static func taken(
        of roots: [Root], storedIn directory: String, until deadline: ContinuousClock.Instant?
    ) throws(Failure) -> Snapshot {
        if let storage = SnapshotStorage(in: directory),
            let snapshot = try Snapshot(of: roots, in: storage, until: deadline)
        {
            return snapshot
        }
        if let storage = SnapshotStorage(), let snapshot = try Snapshot(of: roots, in: storage, until: deadline) {
            return snapshot
        }
        if deadline.isOver { throw Failure("there was no time to copy all files") }
        throw Failure("there is no room for a copy of the directory")
    }

    /// Nil if the storage has no room for it.
    private init?(
        of roots: [Root], in storage: consuming SnapshotStorage, until deadline: ContinuousClock.Instant?
    ) throws(Failure) {
        var taking = Taking(storage: storage, deadline: deadline)
        var taken: [(root: Root, mode: mode_t, nodes: [[UInt8]: Node])] = []
        for root in roots {
            let directory = try Directory(path: root.path)
            taken.append((root, directory.mode, try taking.nodes(in: directory, except: root.exception, depth: 0)))
        }
        guard !taking.isFull else { return nil }
        self.roots = taken
        self.storage = taking.storage
    }
}

private struct Taking: ~Copyable {
    var storage: SnapshotStorage
    let deadline: ContinuousClock.Instant?
    private(set) var isFull = false
    private var left = maximumCount

    private static let maximumCount = 100_000
    /// Directories within each other, each of which is open meanwhile.
    private static let maximumDepth = 100

    init(storage: consuming SnapshotStorage, deadline: ContinuousClock.Instant?) {
        self.storage = storage
        self.deadline = deadline
    }

    mutating func nodes(
        in directory: borrowing Directory, except exception: ArraySlice<[UInt8]>, depth: Int
    ) throws(Failure) -> [[UInt8]: Snapshot.Node] {
        guard depth < Self.maximumDepth else { throw Failure("directories lie more than \(Self.maximumDepth) deep") }
        let names = try directory.names(limit: left + 1)
        guard names.count <= left else { throw Failure("there are more than \(Self.maximumCount) files") }
        left -= names.count
        var nodes: [[UInt8]: Snapshot.Node] = [:]
        for name in names where !isFull && [name] != exception {
            if deadline.isOver { throw Failure("there was no time to copy all files") }
            guard let entry = directory.entry(name) else { continue }
            let inner = name == exception.first ? exception.dropFirst() : []
            nodes[name] = try node(entry, in: directory, except: inner, depth)
        }
        return nodes
    }

    private mutating func node(
        _ entry: Directory.Entry, in directory: borrowing Directory, except exception: ArraySlice<[UInt8]>, _ depth: Int
    ) throws(Failure) -> Snapshot.Node? {
        switch entry.kind {
        case .file: return file(entry, in: directory)
        case .directory:
            guard let inner = try? directory.directory(entry.name) else { return .unreadable }
            defer { inner.setMode(entry.mode) }
            return .directory(try nodes(in: inner, except: exception, depth: depth + 1), entry.mode)
        case .link: return directory.target(ofLink: entry.name).map { .link(to: $0) }
        case .fifo: return .fifo(entry.mode)
        // A socket without a process is of no use, and devices are nobody's to make.
        case .other: return nil
        }
    }

    private mutating func file(_ entry: Directory.Entry, in directory: borrowing Directory) -> Snapshot.Node {
        guard let file = try? directory.file(entry.name) else { return .unreadable }
        if entry.mode & 0o400 == 0 { fchmod(file.number, entry.mode) }
        guard let place = try? storage.append(file, size: entry.size, until: deadline) else {
            isFull = true
            return .unreadable
        }
        return .file(place, entry.mode)
    }
}
