internal import FoundationEssentials
internal import Glibc

/// The directory that a program is built and run in.
struct Workspace {
    let path: String
    private let isTemporary: Bool
    private static let bootstrap = "/bootstrap.tar.gz"

    /// - Parameter path: is made if it is not there; nil makes a fresh directory under TMPDIR, or /tmp.
    init(path: String?) throws(Failure) {
        isTemporary = path == nil
        if let path {
            try Self.makeDirectories(path.utf8)
            self.path = path
            return
        }
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/code-runner-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("make a directory under \(parent)") }
        self.path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes the directory, if it was made for this run alone, as far as this user may.
    func discard() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Whether an image brings files that each run begins with.
    var bootstrapCommand: String? {
        access(Self.bootstrap, R_OK) == 0 ? "tar -xzf \(Self.bootstrap)" : nil
    }

    /// - Throws: ``Failure`` for a name that is empty or leads out of the directory, and for what the system refuses.
    func write(_ files: [Payload.File]) throws(Failure) {
        guard files.isEmpty || access(path, W_OK | X_OK) == 0 else { throw notWritable }
        for file in files {
            let name = file.name.utf8
            guard !name.isEmpty else { throw Failure("a file has no name") }
            let parts = name.split(separator: Self.slash, omittingEmptySubsequences: false)
            guard name.first != Self.slash, !parts.contains(where: { $0.elementsEqual("..".utf8) }) else {
                throw Failure("the file name \"\(file.name)\" leads out of the directory")
            }
            if let end = name.lastIndex(of: Self.slash) {
                try Self.makeDirectories("\(path)/\(file.name[..<end])".utf8)
            }
            try Self.write(file.content, to: "\(path)/\(file.name)")
        }
    }

    private static func write(_ content: [UInt8], to target: String) throws(Failure) {
        let number = creat(target, 0o644)
        guard number >= 0 else { throw .system("write \(target)") }
        let file = Descriptor(owning: number)
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .system("write \(target)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Those of a path that are not there yet.
    private static func makeDirectories(_ path: String.UTF8View) throws(Failure) {
        for end in path.indices where path[end] == slash && end > path.startIndex { try makeDirectory(path[..<end]) }
        try makeDirectory(path[...])
    }

    private static func makeDirectory(_ path: Substring.UTF8View) throws(Failure) {
        let path = String(decoding: path, as: UTF8.self)
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .system("make \(path)") }
    }

    private static let slash = UInt8(ascii: "/")
}
