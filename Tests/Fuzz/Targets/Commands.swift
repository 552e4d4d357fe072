@testable import CodeRunner

extension Target {
    /// The name of a language, then files, each behind a line "%%" with its name in the first line: whatever is in them, the
    /// commands are words that a shell takes as they are.
    static let commands = Target("commands") { bytes in
        let sections = sections(bytes.filter { $0 != 0 })
        guard let language = Language.named(sections[0].text), sections.count > 1 else { return }
        let files = sections.dropFirst().map { section in
            let name = section.prefix { $0 != 0x0A }
            return Payload.File(name: name.text, content: Array(section.dropFirst(name.count + 1)))
        }
        for hasTool in [true, false] {
            let commands = language.commands(for: files) { _ in hasTool }
            expect(commands.run.utf8.starts(with: "exec ".utf8), "it is not executed: \(commands.run)")
            for command in commands.build + [commands.run] {
                var rest = Array(command.utf8)[...]
                while !rest.isEmpty {
                    guard NaiveShell.takeWord(&rest) != nil, rest.isEmpty || rest.popFirst() == 0x20 else {
                        fatalError("a shell does something with it: \(command)")
                    }
                }
            }
        }
    }

    private static func sections(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let mark = Array("\n%%\n".utf8)
        var sections: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where index >= start && bytes[index...].starts(with: mark) {
            sections.append(bytes[start..<index])
            start = index + mark.count
        }
        return sections + [bytes[start...]]
    }
}
