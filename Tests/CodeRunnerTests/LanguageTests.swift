import Testing

@testable import CodeRunner

struct LanguageTests {
    private func commands(_ language: String, _ files: [String], tools: Set<String>? = nil) throws -> [String] {
        try commands(language, sources: files.map { ($0, "") }, tools: tools)
    }

    private func commands(_ language: String, sources: [(String, String)], tools: Set<String>? = nil) throws -> [String]
    {
        let files = sources.map { Payload.File(name: $0, content: Array($1.utf8)) }
        let commands = try #require(Language.named(language)).commands(for: files) { tools?.contains($0) ?? true }
        return commands.build + [commands.run]
    }

    /// For a main file, two of the same extension and one of another.
    private static let contract: [(language: String, files: [String], commands: [String])] = [
        ("assembly", ["m.asm", "a.inc"], ["nasm -f elf64 -o a.o m.asm", "ld -o a.out a.o", "exec ./a.out"]),
        ("ats", ["m.dats", "a.dats", "b.x", "c.dats"], ["patscc -o a.out m.dats a.dats c.dats", "exec ./a.out"]),
        ("bash", ["m.sh", "a.sh"], ["exec bash m.sh"]),
        ("c", ["m.c", "a.c", "b.h", "d/e.c"], ["clang -o a.out m.c a.c d/e.c -lm", "exec ./a.out"]),
        ("clisp", ["m.lisp", "a.lisp"], ["exec sbcl --noinform --non-interactive --load m.lisp"]),
        ("clojure", ["m.clj", "a.clj"], ["exec clj -M m.clj"]),
        ("cobol", ["m.cob", "a.cob", "b.cpy"], ["cobc -x -o a.out m.cob a.cob", "exec ./a.out"]),
        ("coffeescript", ["m.coffee", "a.coffee"], ["exec coffee m.coffee"]),
        ("cpp", ["m.cpp", "a.cpp", "b.h", "c.cpp"], ["clang++ -o a.out m.cpp a.cpp c.cpp", "exec ./a.out"]),
        ("crystal", ["m.cr", "a.cr"], ["crystal build -o a.out m.cr", "exec ./a.out"]),
        ("csharp", ["m.cs", "a.cs", "b.x"], ["mcs -out:a.exe m.cs a.cs", "exec mono a.exe"]),
        ("d", ["m.d", "a.d", "b.x"], ["dmd -ofa.out m.d a.d", "exec ./a.out"]),
        ("dart", ["m.dart", "a.dart"], ["exec dart m.dart"]),
        ("elixir", ["m.ex", "a.ex", "b.x"], ["exec elixirc m.ex a.ex"]),
        ("elm", ["m.elm", "a.elm"], ["elm make --output a.js m.elm", "exec elm-runner a.js"]),
        ("erlang", ["m.erl", "a.erl", "b.txt", "c.erl"], ["erlc a.erl", "erlc c.erl", "exec escript m.erl"]),
        ("fsharp", ["m.fs", "a.fs", "b.fs"], ["fsharpc --out:a.exe b.fs a.fs m.fs", "exec mono a.exe"]),
        ("go", ["m.go"], ["go build -o a.out m.go", "exec ./a.out"]),
        ("groovy", ["m.groovy", "a.groovy"], ["exec groovy m.groovy"]),
        ("guile", ["m.scm", "a.scm"], ["exec guile --no-debug --fresh-auto-compile --no-auto-compile -s m.scm"]),
        ("hare", ["m.ha", "a.ha"], ["hare build -o a.out m.ha", "exec ./a.out"]),
        ("haskell", ["m.hs", "a.hs"], ["exec runghc m.hs"]),
        ("idris", ["m.idr", "a.idr"], ["idris2 -o a.out --output-dir . m.idr", "exec ./a.out"]),
        ("java", ["Main.java", "A.java"], ["javac Main.java", "exec java Main"]),
        ("javascript", ["m.js", "a.js"], ["exec node m.js"]),
        ("julia", ["m.jl", "a.jl"], ["exec julia m.jl"]),
        ("kotlin", ["main.kt", "a.kt"], ["kotlinc main.kt", "exec kotlin MainKt"]),
        ("lua", ["m.lua", "a.lua"], ["exec lua m.lua"]),
        ("mercury", ["m.m", "a.m", "b.x"], ["mmc -o a.out m.m a.m", "exec ./a.out"]),
        ("nim", ["m.nim", "a.nim"], ["nim --hints:off --verbosity:0 compile --out:a.out m.nim", "exec ./a.out"]),
        ("nix", ["m.nix", "a.nix"], ["exec nix-instantiate --eval m.nix"]),
        ("ocaml", ["m.ml", "a.ml", "b.ml"], ["ocamlc -o a.out b.ml a.ml m.ml", "exec ./a.out"]),
        ("pascal", ["m.pas", "a.pas"], ["fpc -oa.out m.pas", "exec ./a.out"]),
        ("perl", ["m.pl", "a.pl"], ["exec perl m.pl"]),
        ("php", ["m.php", "a.php"], ["exec php m.php"]),
        ("python", ["my file.py", "a.py"], ["exec python 'my file.py'"]),
        ("raku", ["m.raku", "a.raku"], ["exec raku m.raku"]),
        ("ruby", ["m.rb", "a.rb"], ["exec ruby m.rb"]),
        ("rust", ["m.rs", "a.rs"], ["rustc -o a.out m.rs", "exec ./a.out"]),
        ("sac", ["m.sac", "a.c", "b.sac"], ["sac2c -t seq -o a.out m.sac a.c", "exec ./a.out"]),
        ("scala", ["m.scala", "a.scala", "b.x"], ["scalac m.scala a.scala", "exec scala Main"]),
        ("swift", ["m.swift", "a.swift", "b.x"], ["swiftc -o a.out m.swift a.swift", "exec ./a.out"]),
        ("tcl", ["m.tcl", "a.tcl"], ["exec tclsh m.tcl"]),
        ("typescript", ["m.ts", "a.ts", "b.x"], ["tsc -outFile a.js m.ts a.ts", "exec node a.js"]),
        ("zig", ["m.zig", "a.zig"], ["exec zig run m.zig"]),
    ]

    @Test(arguments: contract)
    func `a language's commands are those of the contract`(_ language: String, _ files: [String], _ expected: [String])
        throws
    {
        #expect(try commands(language, files) == expected)
    }

    @Test func `every language is tried above, and is there once`() {
        #expect(Language.all.map(\.name) == Self.contract.map(\.language))
        #expect(Set(Language.all.map(\.name)).count == Language.all.count)
    }

    @Test func `where the first tool is missing, the usual other one is taken`() throws {
        #expect(try commands("python", ["a.py"], tools: ["python3"]) == ["exec python3 a.py"])
        #expect(try commands("cpp", ["a.cpp"], tools: ["g++"]) == ["g++ -o a.out a.cpp", "exec ./a.out"])
        #expect(try commands("d", ["a.d"], tools: ["gdc"]).first == "gdc -o a.out a.d")
        // With none of them, the first: the shell's message then names what is missing.
        #expect(try commands("python", ["a.py"], tools: []) == ["exec python a.py"])
    }

    @Test func `arguments come last, behind the word that some languages want before them`() throws {
        func run(_ language: String, _ file: String, tools: Set<String>? = nil) throws -> String {
            let files = [Payload.File(name: file, content: [])]
            return try #require(Language.named(language)).commands(for: files, hasArguments: true) {
                tools?.contains($0) ?? true
            }.run
        }
        #expect(try run("python", "ARGS(a).py") == "exec python 'ARGS(a).py' \"$@\"")
        #expect(try run("java", "a/A.java") == "exec java A \"$@\"")
        #expect(try run("zig", "m.zig") == "exec zig run m.zig -- \"$@\"")
        #expect(try run("clisp", "m", tools: ["clisp"]) == "exec clisp m \"$@\"")
        #expect(
            try run("clisp", "m")
                == "exec sbcl --noinform --non-interactive --load m --end-toplevel-options \"$@\"")
    }

    @Test func `names are bytes: an extension and a directory end where their bytes do`() throws {
        // U+0301 joins the character before it, and with it what looks like a dot or a slash to the eye.
        #expect(try commands("c", ["m.c", "a.\u{301}c", "b\u{301}.c"]).first == "clang -o a.out m.c 'b\u{301}.c' -lm")
        #expect(try commands("java", ["Gr\u{F6}\u{DF}e.java"]).last == "exec java 'Gr\u{F6}\u{DF}e'")
        #expect(try commands("java", ["Gro\u{308}\u{DF}e.java"]).last == "exec java 'Gro\u{308}\u{DF}e'")
    }

    // MARK: What the sources say

    private static let main = "public static void main(String[] a) {}"

    @Test(arguments: [
        // Where the plain commands do.
        ("Main.java", "class A { int main; }\npublic class Main { \(main) }", "javac Main.java", "Main"),
        (
            "Main.java", "// package p;\n/* package p; */ class Main { String s = \"package p;\"; \(main) }",
            "javac Main.java", "Main"
        ),
        ("Main.java", "interface A {}\nclass B {}", "javac Main.java", "Main"),
        ("Main.java", "class A { \(main) }\nvoid main() {}", "javac Main.java", "Main"),
        // A package.
        ("Main.java", "package p;\nclass Main { \(main) }", "javac -d . Main.java a/B.java", "p.Main"),
        ("Main.java", "/* of\n */ package\n p . q ;class Main {}", "javac -d . Main.java a/B.java", "p.q.Main"),
        ("Main.java", "\u{FEFF}@A(x = {1})\npackage p;", "javac -d . Main.java a/B.java", "p.Main"),
        ("src/app/Main.java", "package app; class Main {}", "javac -d . src/app/Main.java a/B.java", "app.Main"),
        ("src/Main.java", "class Main {}", "javac -d . src/Main.java a/B.java", "Main"),
        (
            "Main.java", "// \\u000d package \\uuu0070; // \\\\u000d package q;", "javac -d . Main.java a/B.java",
            "p.Main"
        ),
        ("Main.java", "package größe; class Main {}", "javac -d . Main.java a/B.java", "'größe.Main'"),
        // A class of another name.
        ("Main.java", "class A { void x() {} }\nclass B { \(main) }", "javac Main.java", "B"),
        ("Main.java", "class A { class C { \(main) } }\nrecord R(int x) { \(main) }", "javac Main.java", "R"),
        ("Main.java", "class A$ { Object o = Main.class; \(main) }", "javac Main.java", "'A$'"),
        ("main.java", "package p; class Main { \(main) }", "javac -d . main.java a/B.java", "p.Main"),
        (
            "Main.java", #"class T { String s = \"""" a " class Main { \""" """; char c = '"'; \#(main) }"#,
            "javac Main.java", "T"
        ),
    ])
    func `Java's main class is found, whatever its package and its name`(
        _ name: String, _ content: String, _ build: String, _ mainClass: String
    ) throws {
        #expect(
            try commands("java", sources: [(name, content), ("a/B.java", "")]) == [build, "exec java \(mainClass)"])
    }

    @Test(arguments: [
        ("main.kt", "package a.b\nfun main() {}", "a.b.MainKt"),
        ("main.kt", "@file:JvmName(\"X\")\n/* /* */ package x */ package `in`", "MainKt"),
        ("my-file.2.kt", "fun main() {}", "My_file_2Kt"), ("1.kt", "", "_1Kt"), ("ä.kt", "package p", "'p.ÄKt'"),
        ("main.kt", "fun main() { val s = \"\"\"\npackage x\n\"\"\" }", "MainKt"),
    ])
    func `Kotlin's main class is found`(_ name: String, _ content: String, _ mainClass: String) throws {
        #expect(try commands("kotlin", sources: [(name, content)]).last == "exec kotlin \(mainClass)")
    }

    @Test(arguments: [
        ("package a.b\nobject Main {}", "a.b.Main"), ("package a { object Main }", "a.Main"),
        ("package object a { }", "Main"), ("object Main { /* package a */ }", "Main"),
    ])
    func `Scala's main object is found`(_ content: String, _ mainClass: String) throws {
        #expect(try commands("scala", sources: [("m.scala", content)]).last == "exec scala \(mainClass)")
    }

    @Test func `Go's files of one package are built together`() throws {
        let files = [
            ("main.go", "package main\nfunc main() {}"), ("help er.go", "// Help.\n/* package x */ package main"),
            ("other.go", "package other"), ("main_test.go", "package main"), ("sub/x.go", "package main"),
            ("./y.go", "package main // y"), ("z.txt", "package main"),
        ]
        #expect(
            try commands("go", sources: files) == ["go build -o a.out main.go 'help er.go' ./y.go", "exec ./a.out"])
    }

    private static let modules =
        "tsc --target es2020 --module commonjs --esModuleInterop --skipLibCheck --typeRoots "
        + "node_modules/@types,/node_modules/@types,/usr/local/lib/node_modules/@types,/usr/lib/node_modules/@types,"
        + "/usr/share/nodejs/@types"

    @Test func `a single file of TypeScript is a module, and many are if one of them says so`() throws {
        #expect(
            try commands("typescript", sources: [("d/m.x.ts", "let x = 1"), ("a.json", "export")])
                == [Self.modules + " --moduleDetection force d/m.x.ts", "exec node d/m.x.js"])
        #expect(
            try commands("typescript", sources: [("m.ts", "let x = 1"), ("a.ts", "export let y = 1")])
                == [Self.modules + " m.ts a.ts", "exec node m.js"])
        #expect(
            try commands("typescript", sources: [("m.ts", "let x = 1"), ("a.ts", "let y = 1")])
                == ["tsc -outFile a.js m.ts a.ts", "exec node a.js"])
    }

    @Test(arguments: [
        "import 'x'", "import * as fs from \"fs\"", "import x = require('x')", "let x\nexport { x }",
        "\u{FEFF}import x from 'x'",
        "const r = /[/`'{]/; export {}", "const t = `a ${ b ? `{` : `}` } '`\nexport {}",
        "const s = '\\'`'\nexport default 1",
        "const x = a / b / c; import y from 'y'", "// comment`\n/* ` */ export type A = 1",
    ])
    func `what imports or exports is a module`(_ content: String) {
        #expect(TypeScriptProgram.isModule(content))
    }

    @Test(arguments: [
        "", "import('x')", "import.meta.url", "namespace N { export let x = 1 }", "// export {}", "/* \n import 'x' */",
        "const t = `\nexport {}\n`", "const s = 'import x'", "x.export()", "const r = /export {}/", "exported = 1",
    ])
    func `what does neither is none`(_ content: String) {
        #expect(!TypeScriptProgram.isModule(content))
    }

    // MARK: Words and outputs

    @Test(arguments: [
        ("a.py", "a.py"), ("d/e_f-1.py", "d/e_f-1.py"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("-x", "./-x"),
        ("$(x)", "'$(x)'"),
        ("é", "'é'"), ("a\nb", "'a\nb'"),
    ])
    func `names are quoted for the shell where they need it`(_ name: String, _ quoted: String) {
        #expect(Shell.quoted(name) == quoted)
    }
}
