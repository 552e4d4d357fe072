internal import Glibc

/// An open directory. Names are looked up in it alone, and no link is followed.
struct Directory: ~Copyable {
    enum Kind {
        case file, directory, link, fifo, other
    }

    /// What there is about a file. The name is bytes, as for the system.
    struct Entry {
        let name: [UInt8]
        let kind: Kind
        /// The permissions.
        let mode: mode_t
        /// Bytes.
        let size: Int
    }

    private let descriptor: Descriptor
    var number: Int32 { descriptor.number }

    private init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// - Throws: ``Failure`` if there is none, or a link in its place.
    init(path: String) throws(Failure) {
        let number = open(path, Self.flags)
        guard number >= 0 else { throw .system("open \(path)") }
        self.init(Descriptor(owning: number))
    }

    /// The one that a path leads to, links included: nobody else has made them.
    init(resolving path: String) throws(Failure) {
        try self.init(path: Self.resolved(path) ?? path)
    }

    /// A path without links; nil if it leads nowhere.
    static func resolved(_ path: String) -> String? {
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        return resolved.map { String(cString: $0) }
    }

    /// One that is in it. Its owner may always look into it, whatever its mode says.
    func directory(_ name: [UInt8]) throws(Failure) -> Directory {
        let number = allowing(0o700, name) { openat(self.number, $0, Self.flags) }
        guard number >= 0 else { throw .system("open \(Self.text(name))") }
        let directory = Directory(Descriptor(owning: number))
        let mode = directory.mode
        // What may be opened need not be what may be looked into.
        if mode & 0o500 != 0o500 { directory.setMode(mode | 0o700) }
        return directory
    }

    /// A file that is in it, for reading; a FIFO or a device that has taken its place is not waited for.
    func file(_ name: [UInt8]) throws(Failure) -> Descriptor {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let number = allowing(0o400, name) { openat(self.number, $0, flags) }
        guard number >= 0 else { throw .system("read \(Self.text(name))") }
        return Descriptor(owning: number)
    }

    /// The permissions of itself.
    var mode: mode_t {
        var status = stat()
        return fstat(number, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    /// Does nothing if it is somebody else's.
    func setMode(_ mode: mode_t) {
        fchmod(number, mode)
    }

    /// Nil if there is none of this name.
    func entry(_ name: [UInt8]) -> Entry? {
        var status = stat()
        guard Self.withCString(name, { fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { return nil }
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .link
            case S_IFIFO: .fifo
            default: .other
            }
        return Entry(name: name, kind: kind, mode: status.st_mode & 0o7777, size: Int(status.st_size))
    }

    /// The names of what is in it, in the order of their bytes.
    ///
    /// - Parameter limit: as many at most; of more it is undefined which.
    func names(limit: Int) throws(Failure) -> [[UInt8]] {
        // It reads through a descriptor of its own, and from the beginning.
        let copy = openat(number, ".", Self.flags)
        guard copy >= 0, let stream = fdopendir(copy) else { throw .system("read a directory") }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while names.count < limit, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: UInt8.self, capacity: 256) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
                }
            }
            if name != [Self.dot], name != [Self.dot, Self.dot] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Tries again with permissions that an owner can always give himself.
    private func allowing(_ mode: mode_t, _ name: [UInt8], _ open: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        Self.withCString(name) { path in
            let number = open(path)
            guard number < 0, errno == EACCES, let entry = entry(name), entry.kind != .link else { return number }
            guard fchmodat(self.number, path, entry.mode | mode, 0) == 0 else { return -1 }
            return open(path)
        }
    }

    static func withCString<Value>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Value) -> Value {
        (name + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
        }
    }

    /// Whole, however long it is.
    static func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }

    private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    private static let dot = UInt8(ascii: ".")
}
