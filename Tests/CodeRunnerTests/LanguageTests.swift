import Testing

@testable import CodeRunner

struct LanguageTests {
    private func commands(_ language: String, _ files: [String], tools: Set<String>? = nil) throws -> [String] {
        let commands = try #require(Language.named(language))
            .commands(for: files) { tools?.contains($0) ?? true }
        return commands.build + [commands.run]
    }

    @Test(arguments: [
        ("assembly", ["m.asm"], ["nasm -f elf64 -o a.o m.asm", "ld -o a.out a.o", "exec ./a.out"]),
        ("c", ["m.c", "a.c", "b.h", "d/e.c"], ["clang -o a.out m.c a.c d/e.c -lm", "exec ./a.out"]),
        ("erlang", ["m.erl", "a.erl", "b.txt", "c.erl"], ["erlc a.erl", "erlc c.erl", "exec escript m.erl"]),
        ("fsharp", ["m.fs", "a.fs", "b.fs"], ["fsharpc --out:a.exe b.fs a.fs m.fs", "exec mono a.exe"]),
        ("haskell", ["m.hs", "a.hs"], ["exec runghc m.hs"]),
        ("java", ["Main.java"], ["javac Main.java", "exec java Main"]),
        ("kotlin", ["main.kt"], ["kotlinc main.kt", "exec kotlin MainKt"]),
        ("ocaml", ["m.ml", "a.ml", "b.ml"], ["ocamlc -o a.out b.ml a.ml m.ml", "exec ./a.out"]),
        ("python", ["my file.py"], ["exec python 'my file.py'"]),
        ("scala", ["m.scala"], ["scalac m.scala", "exec scala Main"]),
        ("typescript", ["m.ts", "a.ts"], ["tsc -outFile a.js m.ts a.ts", "exec node a.js"]),
    ])
    func `a language's commands are those of the contract`(_ language: String, _ files: [String], _ expected: [String])
        throws
    {
        #expect(try commands(language, files) == expected)
    }

    @Test func `where the first tool is missing, the usual other one is taken`() throws {
        #expect(try commands("python", ["a.py"], tools: ["python3"]) == ["exec python3 a.py"])
        #expect(try commands("cpp", ["a.cpp"], tools: ["g++"]) == ["g++ -o a.out a.cpp", "exec ./a.out"])
        #expect(try commands("d", ["a.d"], tools: ["gdc"]).first == "gdc -o a.out a.d")
        // With none of them, the first: the shell's message then names what is missing.
        #expect(try commands("python", ["a.py"], tools: []) == ["exec python a.py"])
    }

    @Test func `every language of the contract is there once`() {
        let names = [
            "assembly", "ats", "bash", "c", "clisp", "clojure", "cobol", "coffeescript", "cpp", "crystal", "csharp",
            "d", "dart",
            "elixir", "elm", "erlang", "fsharp", "go", "groovy", "guile", "hare", "haskell", "idris", "java",
            "javascript", "julia",
            "kotlin", "lua", "mercury", "nim", "nix", "ocaml", "pascal", "perl", "php", "python", "raku", "ruby",
            "rust", "sac",
            "scala", "swift", "typescript", "zig",
        ]
        for name in names { #expect(Language.all.filter { $0.name == name }.count == 1, "\(name)") }
    }

    @Test(arguments: [
        ("a.py", "a.py"), ("d/e_f-1.py", "d/e_f-1.py"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("-x", "./-x"),
        ("$(x)", "'$(x)'"),
        ("é", "'é'"), ("a\nb", "'a\nb'"),
    ])
    func `names are quoted for the shell where they need it`(_ name: String, _ quoted: String) {
        #expect(Shell.quoted(name) == quoted)
    }
}
