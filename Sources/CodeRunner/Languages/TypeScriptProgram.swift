/// A program in TypeScript.
///
/// Several files that neither import nor export anything are one text for the compiler, and share what they declare. For that
/// there are the plain commands. Everything else is modules, for Node.js.
enum TypeScriptProgram {
    static func commands(_ files: SourceFiles) -> [String]? {
        let others = files.others("ts")
        guard others.isEmpty || ([files.main] + others).contains(where: { isModule($0.text) }) else { return nil }
        // A single file is a module even where it does not say so. Otherwise what it declares, a function "test" say, is in
        // the way of what the types of Node.js and of browsers declare.
        let alone = others.isEmpty ? " --moduleDetection force" : ""
        let script = Shell.quoted(FileName(files.main.name).withoutExtension + ".js")
        return [files.command("tsc \(options)\(alone)", others), "node \(script)"]
    }

    /// Declarations that are not the program's are not checked: that takes longer than all else.
    private static let options =
        "--target es2020 --module commonjs --esModuleInterop --skipLibCheck --typeRoots \(typeRoots)"

    /// Where the types of Node.js may be: installed beside the program, in the image, globally by npm, or by Debian.
    private static let typeRoots = [
        "node_modules/@types", "/node_modules/@types", "/usr/local/lib/node_modules/@types",
        "/usr/lib/node_modules/@types",
        "/usr/share/nodejs/@types",
    ].joined(separator: ",")

    /// Whether a file imports or exports something on its outermost level.
    static func isModule(_ content: String) -> Bool {
        var tokens = SourceTokens(content.utf8, .regularExpressions)
        var depth = 0
        var previous: SourceTokens.Token?
        while let token = tokens.next() {
            switch token {
            case .sign(let sign) where "{([".utf8.contains(sign): depth += 1
            case .sign(let sign) where "})]".utf8.contains(sign): depth -= 1
            case .word where depth > 0 || previous?.is(sign: ".") == true: break
            case .word where token.is(word: "export"): return true
            // import("x") and import.meta are expressions.
            case .word where token.is(word: "import"):
                if !tokens.isFollowed(by: "("), !tokens.isFollowed(by: ".") { return true }
            default: break
            }
            previous = token
        }
        return false
    }
}
