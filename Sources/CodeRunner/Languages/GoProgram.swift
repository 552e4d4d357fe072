/// A package of Go, which may have several files.
enum GoProgram {
    /// The main file with those that belong to it: of its directory and its package, and no tests.
    static func commands(_ files: SourceFiles) -> [String]? {
        let (directory, package) = place(of: files.main)
        let others = files.others("go").filter { file in
            !file.name.utf8.reversed().starts(with: "_test.go".utf8.reversed())
                && place(of: file) == (directory, package)
        }
        return others.isEmpty ? nil : [files.command("go build -o a.out", others), "./a.out"]
    }

    private static func place(of file: Payload.File) -> (directory: [[UInt8]], package: String?) {
        (FileName(file.name).parts.dropLast(), SourceTokens(file.content).packageName())
    }
}
