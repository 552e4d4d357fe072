/// How the programs of a language are built and run. The table is ``all``.
///
/// The last command runs the program, those before it build it. In a command, these words are replaced:
///
/// - `M`: the first file; `STEM`: its name without directory and extension; `StemKt`: the same as Kotlin names a class;
/// - `O(x)`: the other files with extension x; `R(x)`: the same in reverse order;
/// - `EACH(x)`: the command is repeated for each other file with extension x.
struct Language {
    let name: String
    /// In order of preference: the first whose tool is there is taken.
    let recipes: [[String]]

    private init(_ name: String, _ recipes: [String]...) {
        self.name = name
        self.recipes = recipes
    }

    static func named(_ name: String) -> Language? { all.first { $0.name == name } }

    static let all: [Language] = [
        .init("assembly", ["nasm -f elf64 -o a.o M", "ld -o a.out a.o", "./a.out"]),
        .init("ats", ["patscc -o a.out M O(dats)", "./a.out"]),
        .init("bash", ["bash M"]),
        .init("c", ["clang -o a.out M O(c) -lm", "./a.out"], ["gcc -o a.out M O(c) -lm", "./a.out"]),
        .init("clisp", ["sbcl --noinform --non-interactive --load M"], ["clisp M"]),
        .init("clojure", ["clj -M M"], ["clojure M"]),
        .init("cobol", ["cobc -x -o a.out M O(cob)", "./a.out"]),
        .init("coffeescript", ["coffee M"]),
        .init("cpp", ["clang++ -o a.out M O(cpp)", "./a.out"], ["g++ -o a.out M O(cpp)", "./a.out"]),
        .init("crystal", ["crystal run M"]),
        .init("csharp", ["mcs -out:a.exe M O(cs)", "mono a.exe"]),
        .init(
            "d", ["dmd -ofa.out M O(d)", "./a.out"], ["ldc2 -of=a.out M O(d)", "./a.out"],
            ["gdc -o a.out M O(d)", "./a.out"]),
        .init("dart", ["dart M"]),
        .init("elixir", ["elixirc M O(ex)"]),
        .init("elm", ["elm make --output a.js M", "elm-runner a.js"]),
        .init("erlang", ["erlc EACH(erl)", "escript M"]),
        .init("fsharp", ["fsharpc --out:a.exe R(fs) M", "mono a.exe"]),
        .init("go", ["go build -o a.out M", "./a.out"]),
        .init("groovy", ["groovy M"]),
        .init("guile", ["guile --no-debug --fresh-auto-compile --no-auto-compile -s M"]),
        .init("hare", ["hare build -o a.out M", "./a.out"]),
        .init("haskell", ["runghc M"]),
        .init("idris", ["idris2 -o a.out --output-dir . M", "./a.out"]),
        .init("java", ["javac M", "java STEM"]),
        .init("javascript", ["node M"], ["nodejs M"]),
        .init("julia", ["julia M"]),
        .init("kotlin", ["kotlinc M", "kotlin StemKt"]),
        .init("lua", ["lua M"], ["lua5.4 M"], ["luajit M"]),
        .init("mercury", ["mmc -o a.out M O(m)", "./a.out"]),
        .init("nim", ["nim --hints:off --verbosity:0 compile --run M"]),
        .init("nix", ["nix-instantiate --eval M"]),
        .init("ocaml", ["ocamlc -o a.out R(ml) M", "./a.out"]),
        .init("pascal", ["fpc -oa.out M", "./a.out"]),
        .init("perl", ["perl M"]),
        .init("php", ["php M"]),
        .init("python", ["python M"], ["python3 M"]),
        .init("raku", ["raku M"]),
        .init("ruby", ["ruby M"]),
        .init("rust", ["rustc -o a.out M", "./a.out"]),
        .init("sac", ["sac2c -t seq -o a.out M O(c)", "./a.out"]),
        .init("scala", ["scalac M O(scala)", "scala Main"]),
        .init("swift", ["swiftc -o a.out M O(swift)", "./a.out"]),
        .init("tcl", ["tclsh M"]),
        .init("typescript", ["tsc -outFile a.js M O(ts)", "node a.js"]),
        .init("zig", ["zig run M"]),
    ]
}

extension Language {
    /// The commands for these files, of which there is at least one.
    ///
    /// - Parameter hasTool: whether a program is in the PATH.
    func commands(for files: [String], hasTool: (String) -> Bool) -> (build: [String], run: String) {
        let recipe = recipes.first { hasTool(Self.tool(of: $0)) } ?? recipes[0]
        let commands = recipe.flatMap { Self.expand($0, main: files[0], others: Array(files.dropFirst())) }
        // With exec the program takes the place of the shell, and its end, by a signal perhaps, is seen as it was.
        return (Array(commands.dropLast()), "exec " + commands[commands.count - 1])
    }

    private static func tool(of recipe: [String]) -> String {
        recipe[0].split(separator: " ").first.map(String.init) ?? ""
    }

    private static func expand(_ command: String, main: String, others: [String]) -> [String] {
        let words = command.split(separator: " ").map(String.init)
        if let each = words.last, let suffix = argument(of: "EACH", in: each) {
            return others.filter { $0.hasSuffix("." + suffix) }
                .map { (words.dropLast() + [Shell.quoted($0)]).joined(separator: " ") }
        }
        return [words.flatMap { expand(word: $0, main: main, others: others) }.joined(separator: " ")]
    }

    private static func expand(word: String, main: String, others: [String]) -> [String] {
        if let suffix = argument(of: "O", in: word) {
            return others.filter { $0.hasSuffix("." + suffix) }.map(Shell.quoted)
        }
        if let suffix = argument(of: "R", in: word) {
            return others.filter { $0.hasSuffix("." + suffix) }.reversed().map(Shell.quoted)
        }
        switch word {
        case "M": return [Shell.quoted(main)]
        case "STEM": return [Shell.quoted(stem(main))]
        case "StemKt": return [Shell.quoted(stem(main).prefix(1).uppercased() + stem(main).dropFirst() + "Kt")]
        default: return [word]
        }
    }

    private static func argument(of function: String, in word: String) -> String? {
        guard word.hasPrefix(function + "("), word.hasSuffix(")") else { return nil }
        return String(word.dropFirst(function.count + 1).dropLast())
    }

    private static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }
}
