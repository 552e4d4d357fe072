/// The name of files below a directory, in which `*` and `?` stand for any characters and for one, but for a dot at the
/// beginning, and `**` for any directories, or none.
struct FilePattern: Equatable {
    enum Part: Equatable {
        case name([UInt8])
        case wildcard([UInt8])
        /// Never the last, and never behind another.
        case anyDirectories
    }

    let parts: [Part]

    /// - Throws: ``Failure`` for a name that is empty or leads out of the directory.
    init(_ text: String) throws(Failure) {
        let parts = FileName(text).parts
        guard !parts.isEmpty else { throw Failure("a name in \"outputs\" is empty") }
        guard text.utf8.first != UInt8(ascii: "/"), !parts.contains(Array("..".utf8)) else {
            throw Failure("the name \"\(text)\" in \"outputs\" leads out of the directory")
        }
        let any = Array("**".utf8)
        var all: [Part] = []
        for part in parts where part != any || all.last != .anyDirectories {
            let isWildcard = part.contains { $0 == Self.star || $0 == Self.question }
            all.append(part == any ? .anyDirectories : isWildcard ? .wildcard(part) : .name(part))
        }
        if all.last == .anyDirectories { all.append(.wildcard([Self.star])) }
        self.parts = all
    }

    /// Whether only its own name names it, and no star.
    static func isHidden(_ name: [UInt8]) -> Bool { name.first == UInt8(ascii: ".") }

    fileprivate static let star = UInt8(ascii: "*")
    fileprivate static let question = UInt8(ascii: "?")
}

extension FilePattern.Part {
    /// Whether it is the name, or stands for it.
    func matches(_ name: [UInt8]) -> Bool {
        switch self {
        case .name(let only): only == name
        case .wildcard(let wildcard): Self.matches(name, wildcard)
        case .anyDirectories: false
        }
    }

    private static func matches(_ name: [UInt8], _ wildcard: [UInt8]) -> Bool {
        let (star, question) = (FilePattern.star, FilePattern.question)
        if FilePattern.isHidden(name), !FilePattern.isHidden(wildcard) { return false }
        var (at, next) = (0, 0)
        // Where to go on if what follows the last star does not fit: that star takes one byte more.
        var retry: (at: Int, next: Int)?
        while at < name.count {
            if next < wildcard.count, wildcard[next] == star {
                next += 1
                retry = (at, next)
            } else if next < wildcard.count, wildcard[next] == question {
                at = characterEnd(after: at, in: name)
                next += 1
            } else if next < wildcard.count, wildcard[next] == name[at] {
                (at, next) = (at + 1, next + 1)
            } else {
                guard let last = retry else { return false }
                retry = (last.at + 1, last.next)
                (at, next) = (last.at + 1, last.next)
            }
        }
        return wildcard[next...].allSatisfy { $0 == star }
    }

    /// A question mark takes a whole character, as a shell's does.
    private static func characterEnd(after index: Int, in name: [UInt8]) -> Int {
        name[(index + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? name.count
    }
}
