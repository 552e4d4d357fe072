@testable import CodeRunner

extension Target {
    /// A name, quoted for the shell, is one word of it that says the name, and no option.
    static let shellWord = Target("shell-word") { bytes in
        let name = bytes.text
        var quoted = Array(Shell.quoted(name).utf8)[...]
        let word = NaiveShell.takeWord(&quoted)
        expect(quoted.isEmpty, "there is more than one word: \(quoted.text)")
        expect(word?.first != UInt8(ascii: "-"), "it is an option")
        let expected = name.utf8.starts(with: "-".utf8) ? Array("./\(name)".utf8) : Array(name.utf8)
        expect(word == expected, "it is \(word.map(\.text) ?? "no word"), not \(expected.text)")
    }
}
