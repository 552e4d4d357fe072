internal import FoundationEssentials

/// Files as they are shown in a result, as many as there is room for. What is left out is named, as far as that has room, and
/// counted.
struct FilesText {
    private var files: [Entry] = []
    private var omitted: [OutputFiles.Omitted] = []
    private var furtherOmitted = 0
    private var isComplete = true

    /// A payload takes it back as it is.
    private struct Entry {
        let name: String
        let size: Int
        let encoding: StaticString
        let content: String

        init(_ file: OutputFiles.File) {
            name = Directory.text(file.name)
            size = file.content.count
            if let text = String(validating: file.content, as: UTF8.self) {
                (encoding, content) = ("utf8", text)
            } else {
                (encoding, content) = ("base64", Data(file.content).base64EncodedString())
            }
        }

        func add(to json: inout JSONText) {
            json.add("content", content)
            json.add("encoding", "\(encoding)")
            json.add("name", name)
            json.add("size", size)
        }
    }
}

extension FilesText {
    /// What it takes at most without any file or name.
    static let widestWithoutNames = FilesText(furtherOmitted: .max, isComplete: false)

    /// - Parameters:
    ///   - room: bytes, beside what it takes without any.
    ///   - namesRoom: the same for the names of those that are left out.
    init(_ found: OutputFiles, within room: Int, namesWithin namesRoom: Int) {
        isComplete = found.isComplete
        furtherOmitted = found.furtherOmitted
        var (room, namesRoom) = (room, namesRoom)
        var all: [OutputFiles.Omitted] = []
        for file in found.files {
            let entry = Entry(file)
            let length = Self.length(entry.add)
            if length <= room {
                files.append(entry)
                room -= length
            } else {
                all.append(.init(name: file.name, size: file.content.count, reason: .size))
            }
        }
        for omission in all + found.omitted {
            let length = Self.length(omission.add)
            if omitted.count < OutputFiles.maximumCount, length <= namesRoom {
                omitted.append(omission)
                namesRoom -= length
            } else {
                furtherOmitted += 1
            }
        }
    }

    func add(to json: inout JSONText) {
        json.add("files", files) { $1.add(to: &$0) }
        json.add("filesOmitted", omitted) { $1.add(to: &$0) }
        if furtherOmitted > 0 { json.add("filesOmittedFurther", furtherOmitted) }
        if !isComplete { json.add("filesIncomplete", true) }
    }

    /// Bytes of an object, with the comma behind it.
    fileprivate static func length(_ addMembers: (inout JSONText) -> Void) -> Int {
        var length = 1
        JSONText.write(to: { length += $0.count }, addMembers)
        return length
    }
}

extension OutputFiles {
    /// Bytes that the names take at most of as many as are named.
    var lengthOfNames: Int {
        (files.map { .init(name: $0.name, size: $0.content.count, reason: .size) } + omitted)
            .map { FilesText.length($0.add) }.sorted(by: >).prefix(Self.maximumCount).reduce(0, +)
    }
}

extension OutputFiles.Omitted {
    fileprivate func add(to json: inout JSONText) {
        json.add("name", Directory.text(name))
        json.add("reason", reason.rawValue)
        json.add("size", size)
    }
}
