/// The files of a program in one language, the main one first.
struct SourceFiles {
    let main: Payload.File
    let others: [Payload.File]

    /// - Parameter files: at least one.
    init(_ files: [Payload.File]) {
        main = files[0]
        others = Array(files.dropFirst())
    }

    /// Of the others, those with this extension.
    func others(_ name: String) -> [Payload.File] { others.filter { FileName($0.name).hasExtension(name) } }

    /// A command with the main file, and others behind it, as its last arguments.
    func command(_ start: String, _ others: [Payload.File] = []) -> String {
        ([start] + ([main] + others).map { Shell.quoted($0.name) }).joined(separator: " ")
    }
}
