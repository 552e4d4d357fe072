internal import Glibc

/// Files that a program has left, as far as they are to be returned.
struct OutputFiles {
    struct File {
        /// Below the directory.
        let name: [UInt8]
        let content: [UInt8]
    }

    enum Reason: String, Error {
        case size, count, unreadable
    }

    struct Omitted {
        let name: [UInt8]
        /// Bytes.
        let size: Int
        let reason: Reason
    }

    private(set) var files: [File] = []
    /// Of the first of them; more are only counted.
    private(set) var omitted: [Omitted] = []
    private(set) var furtherOmitted = 0
    /// Whether everything was looked at.
    private(set) var isComplete = true

    static let maximumCount = 32
}

extension OutputFiles {
    /// Looks for them when all processes have ended, so that nothing moves meanwhile.
    ///
    /// - Parameters:
    ///   - patterns: in the order in which there is room for them.
    ///   - limit: bytes of all together.
    ///   - deadline: when the search ends.
    init(_ patterns: [FilePattern], in path: String, limit: Int, until deadline: ContinuousClock.Instant?) {
        var search = Search(left: limit, deadline: deadline)
        if let directory = try? Directory(resolving: path) {
            for pattern in patterns { search.look(for: pattern.parts[...], in: directory, below: []) }
        } else {
            search.found.isComplete = false
        }
        self = search.found
    }

    /// What is found, and how far the search may still go.
    private struct Search {
        var found = OutputFiles()
        /// Bytes.
        var left: Int
        let deadline: ContinuousClock.Instant?
        private var entriesLeft = 10_000
        private var known: Set<[UInt8]> = []
        /// Directories within each other, each of which is open meanwhile.
        private static let maximumDepth = 100

        init(left: Int, deadline: ContinuousClock.Instant?) {
            (self.left, self.deadline) = (left, deadline)
        }

        mutating func look(
            for parts: ArraySlice<FilePattern.Part>, in directory: borrowing Directory, below path: [[UInt8]]
        ) {
            guard let part = parts.first, mayGoOn(path) else { return }
            switch part {
            case .name(let name):
                entriesLeft -= 1
                take(name, parts.dropFirst(), directory, path)
            case .wildcard:
                for name in names(directory) where part.matches(name) {
                    take(name, parts.dropFirst(), directory, path)
                }
            case .anyDirectories:
                // One look at the names for both: what the part behind it stands for, and directories to go into.
                let next = parts.dropFirst()
                for name in names(directory) {
                    if next.first?.matches(name) ?? false { take(name, next.dropFirst(), directory, path) }
                    guard !FilePattern.isHidden(name), directory.entry(name)?.kind == .directory else { continue }
                    enter(name, parts, directory, path)
                }
            }
        }

        /// - Parameter rest: of the pattern, behind this name.
        private mutating func take(
            _ name: [UInt8], _ rest: ArraySlice<FilePattern.Part>, _ directory: borrowing Directory, _ path: [[UInt8]]
        ) {
            guard let entry = directory.entry(name), mayGoOn(path) else { return }
            if rest.isEmpty {
                if entry.kind != .directory { add(entry, directory, path + [name]) }
            } else if entry.kind == .directory {
                enter(name, rest, directory, path)
            }
        }

        private mutating func enter(
            _ name: [UInt8], _ rest: ArraySlice<FilePattern.Part>, _ directory: borrowing Directory, _ path: [[UInt8]]
        ) {
            guard let inner = try? directory.directory(name) else {
                found.isComplete = false
                return
            }
            look(for: rest, in: inner, below: path + [name])
        }

        private mutating func names(_ directory: borrowing Directory) -> [[UInt8]] {
            guard let names = try? directory.names(limit: entriesLeft + 1) else {
                found.isComplete = false
                return []
            }
            if names.count > entriesLeft { found.isComplete = false }
            defer { entriesLeft = max(0, entriesLeft - names.count) }
            return Array(names.prefix(entriesLeft))
        }

        private mutating func mayGoOn(_ path: [[UInt8]]) -> Bool {
            guard !deadline.isOver, entriesLeft >= 0, path.count <= Self.maximumDepth else {
                found.isComplete = false
                return false
            }
            return true
        }

        private mutating func add(_ entry: Directory.Entry, _ directory: borrowing Directory, _ path: [[UInt8]]) {
            let name = Array(path.joined(separator: [UInt8(ascii: "/")]))
            // Nobody could open it by this name.
            guard name.count < Int(PATH_MAX) else {
                found.isComplete = false
                return
            }
            guard known.insert(name).inserted else { return }
            switch content(of: entry, directory, isNameable: String(validating: name, as: UTF8.self) != nil) {
            case .success(let content):
                left -= content.count
                found.files.append(File(name: name, content: content))
            case .failure where found.omitted.count >= maximumCount: found.furtherOmitted += 1
            case .failure(let reason):
                found.omitted.append(Omitted(name: name, size: entry.size, reason: reason))
            }
        }

        private func content(
            of entry: Directory.Entry, _ directory: borrowing Directory, isNameable: Bool
        ) -> Result<[UInt8], Reason> {
            guard entry.kind == .file, isNameable else { return .failure(.unreadable) }
            guard found.files.count < maximumCount else { return .failure(.count) }
            guard entry.size <= left else { return .failure(.size) }
            guard let content = try? directory.content(of: entry) else {
                return .failure(.unreadable)
            }
            return .success(content)
        }
    }
}

extension Directory {
    /// As many bytes as its entry says.
    fileprivate func content(of entry: Entry) throws(Failure) -> [UInt8] {
        let file = try file(entry.name)
        var content = [UInt8](repeating: 0, count: entry.size)
        var length = 0
        while length < entry.size {
            let count = content.withUnsafeMutableBytes {
                read(file.number, $0.baseAddress! + length, entry.size - length)
            }
            guard count >= 0 else { throw .system("read \(Self.text(entry.name))") }
            guard count > 0 else { break }
            length += count
        }
        content.removeLast(entry.size - length)
        return content
    }
}
