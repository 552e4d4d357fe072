internal import FoundationEssentials
internal import Glibc

/// The directory that a program is built and run in.
struct Workspace {
    let path: String
    private static let bootstrap = "/bootstrap.tar.gz"

    /// - Parameter path: is made if it is not there; nil makes a fresh directory under TMPDIR, or /tmp.
    init(path: String?) throws(Failure) {
        if let path {
            try Self.makeDirectories(path)
            self.path = path
            return
        }
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/code-runner-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure("cannot make a directory under \(parent): \(String(cString: strerror(errno)))")
        }
        self.path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether an image brings files that each run begins with.
    var bootstrapCommand: String? {
        access(Self.bootstrap, R_OK) == 0 ? "tar -xzf \(Self.bootstrap)" : nil
    }

    /// - Throws: ``Failure`` for a name that is empty or leads out of the directory, and for what the system refuses.
    func write(_ files: [Payload.File]) throws(Failure) {
        for file in files {
            let parts = file.name.split(separator: "/", omittingEmptySubsequences: false)
            guard !file.name.isEmpty else { throw Failure("a file has no name") }
            guard !file.name.hasPrefix("/"), !parts.contains(".."), !file.name.utf8.contains(0) else {
                throw Failure("the file name \"\(file.name)\" leads out of the directory")
            }
            let target = path + "/" + file.name
            if parts.count > 1 { try Self.makeDirectories(path + "/" + parts.dropLast().joined(separator: "/")) }
            try Self.write(file.content, to: target)
        }
    }

    private static func write(_ content: String, to target: String) throws(Failure) {
        // creat(2), since open(2) is variadic.
        let descriptor = creat(target, 0o644)
        guard descriptor >= 0 else { throw failure("write", target) }
        defer { close(descriptor) }
        var rest = Array(content.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure("write", target) }
            rest = rest.dropFirst(count)
        }
    }

    private static func makeDirectories(_ path: String) throws(Failure) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part + "/"
            guard mkdir(made, 0o755) == 0 || errno == EEXIST else { throw failure("make", made) }
        }
    }

    private static func failure(_ verb: String, _ path: String) -> Failure {
        Failure("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
