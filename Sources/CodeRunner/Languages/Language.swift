/// How the programs of a language are built and run. The table is ``all``.
///
/// The last command runs the program, those before it build it. In a command, these words are replaced:
///
/// - `M`: the first file; `STEM`: its name without directory and extension; `StemKt`: the same as Kotlin names a class;
/// - `O(x)`: the other files with extension x; `R(x)`: the same in reverse order;
/// - `EACH(x)`: the command is repeated for each other file with extension x;
/// - `ARGS(x)`: x and the program's arguments, if it has any. Without it they come at the end.
struct Language {
    let name: String
    /// In order of preference: the first whose tool is there is taken.
    let recipes: [[String]]
    let takesArguments: Bool
    /// The commands for files that the recipes are not good for; nil for all others.
    private let special: @Sendable (SourceFiles) -> [String]?

    private init(
        _ name: String, _ recipes: [String]..., takesArguments: Bool = true,
        special: @escaping @Sendable (SourceFiles) -> [String]? = { _ in nil }
    ) {
        self.name = name
        self.recipes = recipes
        self.takesArguments = takesArguments
        self.special = special
    }

    static func named(_ name: String) -> Language? { all.first { $0.name == name } }

    static let all: [Language] = [
        .init("assembly", ["nasm -f elf64 -o a.o M", "ld -o a.out a.o", "./a.out"]),
        .init("ats", ["patscc -o a.out M O(dats)", "./a.out"]),
        .init("bash", ["bash M"]),
        .init("c", ["clang -o a.out M O(c) -lm", "./a.out"], ["gcc -o a.out M O(c) -lm", "./a.out"]),
        .init("clisp", ["sbcl --noinform --non-interactive --load M ARGS(--end-toplevel-options)"], ["clisp M"]),
        .init("clojure", ["clj -M M"], ["clojure M"]),
        .init("cobol", ["cobc -x -o a.out M O(cob)", "./a.out"]),
        .init("coffeescript", ["coffee M"]),
        .init("cpp", ["clang++ -o a.out M O(cpp)", "./a.out"], ["g++ -o a.out M O(cpp)", "./a.out"]),
        .init("crystal", ["crystal build -o a.out M", "./a.out"]),
        .init("csharp", ["mcs -out:a.exe M O(cs)", "mono a.exe"]),
        .init(
            "d", ["dmd -ofa.out M O(d)", "./a.out"], ["ldc2 -of=a.out M O(d)", "./a.out"],
            ["gdc -o a.out M O(d)", "./a.out"]),
        .init("dart", ["dart M"]),
        .init("elixir", ["elixirc M O(ex)"], takesArguments: false),
        .init("elm", ["elm make --output a.js M", "elm-runner a.js"], takesArguments: false),
        .init("erlang", ["erlc EACH(erl)", "escript M"]),
        .init("fsharp", ["fsharpc --out:a.exe R(fs) M", "mono a.exe"]),
        .init("go", ["go build -o a.out M", "./a.out"], special: GoProgram.commands),
        .init("groovy", ["groovy M"]),
        .init("guile", ["guile --no-debug --fresh-auto-compile --no-auto-compile -s M"]),
        .init("hare", ["hare build -o a.out M", "./a.out"]),
        .init("haskell", ["runghc M"]),
        .init("idris", ["idris2 -o a.out --output-dir . M", "./a.out"]),
        .init("java", ["javac M", "java STEM"], special: JVMProgram.java),
        .init("javascript", ["node M"], ["nodejs M"]),
        .init("julia", ["julia M"]),
        .init("kotlin", ["kotlinc M", "kotlin StemKt"], special: JVMProgram.kotlin),
        .init("lua", ["lua M"], ["lua5.4 M"], ["luajit M"]),
        .init("mercury", ["mmc -o a.out M O(m)", "./a.out"]),
        .init("nim", ["nim --hints:off --verbosity:0 compile --out:a.out M", "./a.out"]),
        .init("nix", ["nix-instantiate --eval M"], takesArguments: false),
        .init("ocaml", ["ocamlc -o a.out R(ml) M", "./a.out"]),
        .init("pascal", ["fpc -oa.out M", "./a.out"]),
        .init("perl", ["perl M"]),
        .init("php", ["php M"]),
        .init("python", ["python M"], ["python3 M"]),
        .init("raku", ["raku M"]),
        .init("ruby", ["ruby M"]),
        .init("rust", ["rustc -o a.out M", "./a.out"]),
        .init("sac", ["sac2c -t seq -o a.out M O(c)", "./a.out"]),
        .init("scala", ["scalac M O(scala)", "scala Main"], special: JVMProgram.scala),
        .init("swift", ["swiftc -o a.out M O(swift)", "./a.out"]),
        .init("tcl", ["tclsh M"]),
        .init("typescript", ["tsc -outFile a.js M O(ts)", "node a.js"], special: TypeScriptProgram.commands),
        .init("zig", ["zig run M ARGS(--)"]),
    ]
}

extension Language {
    /// The commands for these files, of which there is at least one.
    ///
    /// - Parameters:
    ///   - hasArguments: the shell has arguments for the program.
    ///   - hasTool: whether a program is in the PATH.
    func commands(
        for files: [Payload.File], hasArguments: Bool = false, hasTool: (String) -> Bool
    ) -> (build: [String], run: String) {
        let files = SourceFiles(files)
        let recipe = usualRecipe(hasTool)
        let commands = special(files) ?? recipe.flatMap { Self.expand($0, files) }
        // With exec the program takes the place of the shell, and its end, by a signal perhaps, is seen as it was.
        let run = "exec " + commands[commands.count - 1] + (hasArguments ? Self.argumentsOfShell(recipe) : "")
        return (Array(commands.dropLast()), run)
    }

    /// All that the shell has, behind the word that has to be before them.
    private static func argumentsOfShell(_ recipe: [String]) -> String {
        let before = recipe.last.flatMap { words(of: $0).last }.flatMap { argument(of: "ARGS", in: $0) }
        return (before.map { " \($0)" } ?? "") + " \"$@\""
    }

    private func usualRecipe(_ hasTool: (String) -> Bool) -> [String] {
        recipes.first { hasTool(Self.words(of: $0[0])[0]) } ?? recipes[0]
    }

    private static func words(of command: String) -> [String] {
        command.utf8.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func expand(_ command: String, _ files: SourceFiles) -> [String] {
        let words = words(of: command)
        if let each = words.last, let name = argument(of: "EACH", in: each) {
            return files.others(name).map { (words.dropLast() + [Shell.quoted($0.name)]).joined(separator: " ") }
        }
        return [words.flatMap { expand(word: $0, files) }.joined(separator: " ")]
    }

    private static func expand(word: String, _ files: SourceFiles) -> [String] {
        if let name = argument(of: "O", in: word) { return files.others(name).map { Shell.quoted($0.name) } }
        if let name = argument(of: "R", in: word) { return files.others(name).reversed().map { Shell.quoted($0.name) } }
        if argument(of: "ARGS", in: word) != nil { return [] }
        let stem = FileName(files.main.name).stem
        switch word {
        case "M": return [Shell.quoted(files.main.name)]
        case "STEM": return [Shell.quoted(stem)]
        case "StemKt": return [Shell.quoted(JVMProgram.kotlinClass(ofFile: stem))]
        default: return [word]
        }
    }

    /// - Parameter word: of the table, which is ASCII.
    private static func argument(of function: String, in word: String) -> String? {
        let (before, bytes) = (Array((function + "(").utf8), Array(word.utf8))
        guard bytes.starts(with: before), bytes.last == UInt8(ascii: ")") else { return nil }
        return String(decoding: bytes[before.count...].dropLast(), as: UTF8.self)
    }
}
