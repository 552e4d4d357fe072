"""Programs of which it is known elsewhere that they did not run: packages, modules, several files, odd names.
scripts/smoke.py sends them, beside the greeting of each language."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    name: str
    # The main one first.
    files: dict[str, str]
    # Of the program. Nothing else comes out of it. None: whatever it is, it is the same with what waits and without.
    stdout: str | None = ""
    # Of the program, among other things, and what the server says of its end.
    stderr: str = ""
    error: str = ""
    # What the build has to print among other things, whether it succeeds or not.
    build: str = ""
    # Whether the build refuses it, so that nothing is run.
    is_refused: bool = False
    # Instead of the language's own commands.
    command: str = ""
    stdin: str = "hello\n"
    arguments: tuple[str, ...] = ()
    # Files that have to come back, and what their base64 begins with.
    outputs: dict[str, str] = field(default_factory=dict)
    # Whether these have other bytes in every run.
    is_different: bool = False


HELPER = 'class Helper { static String text() { return "helped"; } }\n'
MAIN = "class Main { public static void main(String[] a) { System.out.println(%s); } }\n"
READ = 'console.log(fs.readFileSync(0, "utf8").trim());\n'
ARGUMENTS = ("--help", "", "two words")
ODD = "a\r\nb\0c\u2028\ufeff\U0001f642\x01"
HEXADECIMAL = "".join(f" {byte:02x}" for byte in ODD.encode()) + "\n"
KOTLIN = "fun main() {\n    val unused = 1\n    println(readLine())\n}\n"


def arguments(file, program):
    """A program that prints its three arguments with a bar between them."""
    return Case("arguments", {file: program}, "|".join(ARGUMENTS) + "\n", arguments=ARGUMENTS)


def python(shadowed, facts):
    """What an interpreter that has started before its program could do differently."""
    return [
        Case("an exception", {"main.py": "import helper\ndef f(): helper.g()\nf()\n", "helper.py": "def g(): [][1]\n"},
             stderr='File "/home/glot/main.py", line 2, in f\n', error="Exit code: 1"),
        Case("what it knows of itself",
             {"main.py": "import os, sys\nos.environ.pop('HOSTNAME', 0)\n"
                         "print(__file__, __name__, sys.argv, sys.orig_argv, sys.flags, sys.path, sorted(globals()), os.environ,\n"
                         f"      sorted(os.listdir('.')), os.listdir('/proc/self/fd'), os.getppid(){facts})\n"}, None),
        Case("children",
             {"main.py": "import os, subprocess, sys\nif os.fork() == 0: os._exit(print('forked', flush=True) or 0)\nos.wait()\n"
                         "subprocess.run([sys.executable, '-c', 'import sys; print(sys.argv, sys.flags, sys.path)'])\n"
                         "subprocess.run(['python', 'main2.py'])\n", "main2.py": "print(__file__)\n"}, None),
        Case("a file that is called like a module", {"main.py": f"import {shadowed}\nprint({shadowed}.x)\n",
                                                     f"{shadowed}.py": "x = 'mine'\n"}, "mine\n"),
        Case("stdin line by line", {"main.py": "import sys\nfor line in sys.stdin: print(line.strip()[::-1])\n"}, "ba\ndc\n",
             stdin="ab\ncd"),
        Case("a first line and an encoding", {"main.py": "#!/bin/false -x\n# -*- coding: latin-1 -*-\nprint(len('ä'))\n"}, "2\n"),
        Case("a byte order mark", {"main.py": "\ufeffprint(1)\n"}, "1\n"),
        Case("a signal", {"main.py": "import os\nos.kill(os.getpid(), 15)\n"}, error="Killed by signal 15 (SIGTERM)"),
    ]


CASES = {
    "bash": [
        arguments("main.sh", 'printf "%s|%s|%s\\n" "$@"\n'),
        Case("odd names", {"ma\nin 'x'\\.sh": "cat Größe Gro\u0308ße\n", "Größe": "composed\n", "Gro\u0308ße": "decomposed\n"},
             "composed\ndecomposed\n"),
        Case("a name that means something to the shell", {"$HOME": "cat '~'\n", "~": "home\n"}, "home\n"),
        Case("a temporary file that is a program", {}, "ran\n",
             command="printf '#!/bin/sh\\necho ran' > $TMPDIR/t; chmod +x $TMPDIR/t; $TMPDIR/t"),
        Case("every byte of a file and of stdin", {"f": ODD}, HEXADECIMAL * 2, stdin=ODD,
             command="od -An -v -w99 -tx1 f; od -An -v -w99 -tx1"),
        Case("no stdin", {"main.sh": 'cat; echo "[$?]"; read x; echo "[$?]"\n'}, "[0]\n[1]\n", stdin=""),
        Case("time zones", {}, "UTC CEST\n", command="echo $(date +%Z) $(TZ=Europe/Paris date -d @1600000000 +%Z)"),
    ],
    "c": [
        arguments("main.c", '#include <stdio.h>\nint main(int n, char **a) { return printf("%s|%s|%s\\n", a[1], a[2], a[3]) < 0; }\n'),
        Case("a warning", {"main.c": '#include <stdio.h>\nint main(void) { int x = ""; return puts("run") < 0 || !x; }\n'},
             "run\n", build="warning"),
        Case("an error in the second file", {"main.c": "int main(void) { return 0; }\n", "b.c": "int f(void) { (((\n"},
             build="b.c", is_refused=True),
        Case("a file where the program is to be", {"main.c": "int main(void) { return 0; }\n", "a.out/x": ""},
             build="a.out", is_refused=True),
        Case("an input that waits", {"main.c": '#include "/dev/stdin"\n'}, build="main", is_refused=True),
    ],
    "clisp": [arguments("main.lisp", '(format t "~{~a~^|~}~%" (last *posix-argv* 3))\n')],
    "ruby": [
        arguments("main.rb", 'puts ARGV.join("|")\n'),
        Case("an exception", {"main.rb": "require './helper'\ndef f = g\nf\n", "helper.rb": "def g = raise('no')\n"},
             stderr="from main.rb:3:in `<main>'", error="Exit code: 1"),
        Case("what it knows of itself",
             {"main.rb": "p __FILE__, __dir__, $0, ARGV, $*, $:, self, $VERBOSE, $stdin.lineno, Dir.children('.').sort, binding.local_variables,\n"
                         "  Dir.children('/proc/self/fd').size, ENV.to_h.except('HOSTNAME'), __LINE__, __method__, caller\n"}, None),
        Case("data behind the end", {"main.rb": "print DATA.read, DATA.lineno, DATA.path\n__END__\na\nb\n"}, None),
        Case("a first line with options", {"main.rb": "#!/usr/bin/ruby -w\nx = 1\np $VERBOSE\n"}, "true\n",
             stderr="main.rb:2: warning: assigned but unused variable - x"),
        Case("a byte order mark", {"main.rb": "\ufeffp 1\n"}, "1\n"),
        Case("a comment about the encoding", {"main.rb": "# encoding: iso-8859-1\np __ENCODING__, 'ä'.size\n"},
             "#<Encoding:ISO-8859-1>\n2\n"),
        Case("children", {"main.rb": "fork { puts 'forked' }\nProcess.wait\nsystem('ruby', '-e', 'p $0, $:')\nsystem('ruby', 'x.rb')\n",
                          "x.rb": "p __FILE__\n"}, None),
        Case("stdin line by line", {"main.rb": "while line = gets\n  puts line.strip.reverse\nend\n"}, "ba\ndc\n", stdin="ab\ncd"),
        Case("a signal", {"main.rb": "Process.kill(:KILL, $$)\n"}, error="Killed by signal 9 (SIGKILL)"),
        Case("an empty file", {"main.rb": ""}),
    ],
    "php": [arguments("main.php", '<?php echo implode("|", array_slice($argv, 1)), "\n";\n')],
    "perl": [arguments("main.pl", 'print join("|", @ARGV), "\\n";\n')],
    "lua": [arguments("main.lua", 'print(table.concat(arg, "|"))\n')],
    "cpp": [
        arguments("main.cpp", '#include <iostream>\nint main(int n, char **a) { std::cout << a[1] << "|" << a[2] << "|" << a[3] << "\\n"; }\n'),
        Case("all of the standard library",
             {"main.cpp": "#include <bits/stdc++.h>\nusing namespace std;\nint main() { vector<int> v{2, 1}; sort(v.begin(), v.end());"
                          " cout << v[0] << endl; }\n"}, "1\n"),
        Case("a macro before a header", {"main.cpp": "#define endl flush\n#include <iostream>\nint main() { std::cout << 1 << std::endl; }\n"},
             build="flush", is_refused=True),
    ],
    "crystal": [Case("a warning", {"main.cr": "@[Deprecated]\ndef f; end\nf\nputs 1\n"}, "1\n", build="Deprecated")],
    "go": [
        arguments("main.go", 'package main\nimport ("fmt"; "os"; "strings")\nfunc main() { fmt.Println(strings.Join(os.Args[1:], "|")) }\n'),
        Case("two files of one package",
             {"main.go": 'package main\nimport "fmt"\nfunc main() { fmt.Println(text()) }\n',
              "helper.go": 'package main\nfunc text() string { return "helped" }\n'}, "helped\n"),
        Case("an error in the second file", {"main.go": "package main\nfunc main() {}\n", "helper.go": "package main\n(((\n"},
             build="helper.go", is_refused=True),
        Case("a module of a newer Go", {"main.go": "package main\nfunc main() {\n", "go.mod": "module m\ngo 1.99\n"},
             build="main.go", is_refused=True),
        Case("a module from the network",
             {"main.go": 'package main\nimport "rsc.io/quote"\nfunc main() { println(quote.Hello()) }\n'},
             build="rsc.io/quote", is_refused=True),
        Case("go run", {"main.go": 'package main\nimport "fmt"\nfunc main() { fmt.Println("ran") }\n'}, "ran\n",
             command="go run main.go"),
    ],
    "java": [
        arguments("Main.java", 'class Main { public static void main(String[] a) { System.out.println(String.join("|", a)); } }\n'),
        Case("a helper class first", {"Main.java": HELPER + "public " + MAIN % "Helper.text()"}, "helped\n"),
        Case("the same in a package", {"Main.java": "package p;\n" + HELPER + "public " + MAIN % "Helper.text()"}, "helped\n"),
        Case("a public class in the file of another", {"Main.java": "public " + MAIN.replace("Main", "Foo") % 1},
             build="class Foo is public", is_refused=True),
        Case("a package in its directory",
             {"src/app/Main.java": "package app;\n" + MAIN % "Helper.text()", "src/app/Helper.java": "package app;\n" + HELPER},
             "helped\n"),
        Case("two packages",
             {"Main.java": "package app;\n" + MAIN % "util.Helper.text()",
              "util/Helper.java": "package util;\npublic " + HELPER.replace("static", "public static")}, "helped\n"),
        Case("a package that is imported",
             {"Main.java": "import util.*;\n" + MAIN % "Helper.text()",
              "util/Helper.java": "package util;\npublic " + HELPER.replace("static", "public static")}, "helped\n"),
        Case("a class that is not named like the file", {"Main.java": MAIN.replace("Main", "Foo") % 1}, "1\n"),
        Case("a program in a comment", {"Main.java": "// \\u000d package p; // \\u000a " + MAIN % 1}, "1\n"),
        Case("a warning", {"Main.java": MAIN % "new Integer(1)"}, "1\n", build="warning"),
        Case("an error in the second file", {"Main.java": MAIN % "Helper.text()", "Helper.java": "class Helper { ((( }\n"},
             build="Helper.java", is_refused=True),
        Case("time zones", {"Main.java": MAIN % 'java.time.ZoneId.of("Europe/Paris")'}, "Europe/Paris\n"),
    ],
    "javascript": [
        arguments("main.js", 'console.log(process.argv.slice(2).join("|"));\n'),
        Case("time zones", {"main.js": 'console.log(new Date(0).toLocaleTimeString("en", {timeZone: "Europe/Paris"}))\n'},
             "1:00:00 AM\n"),
        Case("an exception", {"main.js": "const f = () => require('./helper').g();\nf();\n", "helper.js": "exports.g = () => null.x;\n"},
             stderr="at f (/home/glot/main.js:1:", error="Exit code: 1"),
        Case("what it knows of itself",
             {"main.js": "delete process.env.HOSTNAME;\nconst fs = require('fs');\n"
                         "console.log(__filename, process.argv, process.argv0, process.execArgv, process.env, require.main === module, module,\n"
                         "  Object.keys(require.cache), process.title, fs.readdirSync('.'), Object.keys(globalThis), process.listeners('exit'));\n"},
             None),
        Case("children",
             {"main.js": "const c = require('child_process');\nif (process.argv[2]) process.send([process.argv, process.execArgv]);\n"
                         "else c.fork(__filename, ['x']).on('message', (message) => console.log(message,\n"
                         "  c.execFileSync(process.execPath, ['-p', '[process.argv, process.execArgv]']).toString()));\n"}, None),
        Case("a module of ECMAScript", {"main.js": "import fs from 'fs';\nconsole.log(import.meta.url, typeof require, await fs.promises.readdir('.'));\n",
                                        "package.json": '{"type": "module"}'}, None),
        Case("a file that is called like a module", {"main.js": "console.log(require('./fs'), typeof require('fs'));\n", "fs.js": "exports.x = 1;\n"},
             "{ x: 1 } object\n"),
        Case("stdin line by line",
             {"main.js": "require('readline').createInterface({ input: process.stdin }).on('line', (line) => console.log(line.length));\n"},
             "2\n3\n", stdin="ab\ncde"),
        Case("a first line", {"main.js": "#!/bin/false\nconsole.log(1);\n"}, "1\n"),
        Case("a byte order mark", {"main.js": "\ufeffconsole.log(1);\n"}, "1\n"),
        Case("a signal", {"main.js": "process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000);\n"}, error="Killed by signal 15 (SIGTERM)"),
    ],
    "kotlin": [
        Case("a package, and a warning", {"my-main.kt": "package p.q\n" + KOTLIN}, "hello\n", build="warning"),
    ],
    "nim": [Case("a warning", {"main.nim": "import os\necho 1\n"}, "1\n", build="Warning")],
    "pascal": [
        Case("a warning", {"main.pas": "function f: integer;\nbegin\nend;\nbegin\n  f;\n  writeln('run');\nend.\n"}, "run\n",
             build="does not seem to be set"),
    ],
    "python": [
        arguments("main.py", 'import sys\nprint("|".join(sys.argv[1:]))\n'),
        Case("processes that share a semaphore",
             {"main.py": "from concurrent.futures import ProcessPoolExecutor as Pool\n"
                         "if __name__ == '__main__':\n"
                         "    with Pool(2) as pool: print(sum(pool.map(abs, range(-5, 5))))\n"}, "25\n"),
        Case("a home, temporary files, time zones and UTF-8",
             {"main.py": "import locale, os, pathlib, tempfile, zoneinfo\n"
                         "pathlib.Path.home().joinpath('x').touch()\n"
                         "os.rmdir(tempfile.mkdtemp())\n"
                         "print(zoneinfo.ZoneInfo('Europe/Paris'), locale.getpreferredencoding())\n"}, "Europe/Paris UTF-8\n"),
        *python("random", ", sorted(sys.modules)"),
    ],
    "python-data": [
        Case("a picture that comes back",
             {"main.py": "import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.savefig('plot.png')\n"},
             outputs={"plot.png": "iVBORw0KGgo"}),
        Case("a table from a file",
             {"main.py": "import pandas as pd\nprint(pd.read_csv('t.csv').groupby('k').n.sum().to_json())\n",
              "t.csv": "k,n\na,1\nb,2\na,3\n"}, '{"a":4,"b":2}\n'),
        Case("a large system of equations, without a thread",
             {"main.py": "import os\nimport numpy as np\nm = np.random.default_rng(1).random((600, 600))\n"
                         "print(np.allclose(m @ np.linalg.inv(m), np.eye(600)), len(os.listdir('/proc/self/task')))\n"},
             "True 1\n"),
        Case("two processes that draw",
             {"main.py": "from concurrent.futures import ProcessPoolExecutor as Pool\n"
                         "import matplotlib.pyplot as plt\n"
                         "def draw(name): plt.plot([1, 2]); plt.savefig(name); return name\n"
                         "if __name__ == '__main__':\n"
                         "    with Pool(2) as pool: print(*pool.map(draw, ['a.svg', 'b.pdf']))\n"}, "a.svg b.pdf\n",
             outputs={"a.svg": "", "b.pdf": ""}, is_different=True),
        *python("numpy", ""),
    ],
    "rust": [Case("a warning", {"main.rs": 'fn main() {\n    let unused = 1;\n    println!("run");\n}\n'}, "run\n", build="unused")],
    "scala": [
        Case("a package", {"main.scala": 'package p\nobject Main extends App { println("run") }\n'}, "run\n"),
    ],
    "typescript": [
        arguments("main.ts", 'console.log(process.argv.slice(2).join("|"));\n'),
        Case("require", {"main.ts": 'const fs = require("fs");\n' + READ}, "hello\n"),
        Case("import", {"main.ts": 'import * as fs from "fs";\n' + READ}, "hello\n"),
        Case("a default import, and process",
             {"main.ts": 'import fs from "node:fs";\nprocess.stdout.write(fs.readFileSync(0));\n'}, "hello\n"),
        Case("two modules in directories",
             {"src/main.ts": 'import { text } from "../lib/text";\nconsole.log(text());\n',
              "lib/text.ts": 'export const text = () => [...new Set("text")].join("");\n'}, "tex\n"),
        Case("two files without modules",
             {"main.ts": "console.log(text());\n", "text.ts": 'function text(): string { return "text"; }\n'}, "text\n"),
        Case("what the program declares itself",
             {"test.ts": "declare var require: any;\nclass Buffer { size = 1; }\nlet name = require('fs').readFileSync(0, 'utf8');\n"
                         "function test() { console.log(name.trim(), new Buffer().size); }\ntest();\n"}, "hello 1\n"),
        Case("asynchronous functions", {"main.ts": "(async () => { for await (const x of [1]) console.log(x); })();\n"}, "1\n"),
        Case("an error of types", {"main.ts": 'const n: number = "x";\nconsole.log(n);\n'}, build="TS2322", is_refused=True),
        Case("many errors",
             {"main.ts": "import { x } from './lib/b';\nlet u: string | number | null = [1, 'a', null].find((e) => e);\nx.foo(1n, Array.of({}).flat());\n"
                         "document.body.apend(new Intl.Locale(3)); JSON.parse(1).x; const s: Shape = { a: 1 };\nclass A extends Map<string> {}\n",
              "lib/b.ts": "import * as fs from 'fs';\nexport const x = { foo(a: Buffer, b: NodeJS.Timeout): Promise<string> { return fs; } };\n"},
             build="lib/b.ts", is_refused=True),
        Case("what comes out of the compiler",
             {"main.ts": "import { E } from './e';\nclass A<T> { #p = 1; static s = E.B; constructor(private q?: T) {} get p() { return this.#p ?? this.q?.toString(); } }\n"
                         "declare global { interface Array<T> { last(): T } interface String { shout: string } }\n"
                         "Array.prototype.last = function () { return this[this.length - 1]; };\n"
                         "console.log(new A('x').p, [1, 2].last(), A.s, process.argv, process.execArgv);\n",
              "e.ts": "export enum E { A, B = 'b' }\nexport default async function* f() { yield* [1n]; }\n"}, None,
             outputs={"main.js": "", "e.js": ""}),
        Case("declarations of its own",
             {"main.ts": "/// <reference path='own.d.ts' />\nimport f = require('own');\nconst n: number = f(1);\n",
              "own.d.ts": "declare module 'own' { function f(n: number): string; export = f; }\ninterface Console { mine: 1 }\n",
              "node_modules/@types/more/index.d.ts": "declare const more: boolean;\ninterface Buffer { more: 1 }\n"},
             build="TS2322", is_refused=True),
        Case("an exception", {"main.ts": "function f(x: any) { return x.y.z; }\nf({});\n"}, stderr="at f (/home/glot/main.js:", error="Exit code: 1"),
        Case("await without a function", {"main.ts": "await 1;\nexport {};\n"}, build="TS1378", is_refused=True),
    ],
}
