"""The languages whose images are built from Debian's packages: what is in an image, and the program that proves it.

Run as a program it answers images/build: the names of all languages, or one field of one of them.
"""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    # Debian packages; what they depend on comes along.
    packages: str
    # Files of the smoke program, in images/smoke/LANGUAGE, the main one first. It greets whoever stdin names, in a way
    # that no ASCII has, and ends with 3. With more than one file, the greeting is in the second.
    files: list[str]
    # Shell commands that finish the file system in the directory that they run in. Packages are unpacked and not
    # configured.
    finish: str = ""
    # A main file that the compiler or the interpreter refuses.
    broken: str = "(((\n"
    # What clients may say for it, too.
    aliases: str = ""
    # What code-runner calls it, if that is something else.
    runner_name: str = ""
    # What is started while a container waits, see Preludes.swift: the stage, the command that it stands for, the one that is
    # started, and perhaps the main file, which that makes, so that there is something to open. Its files, of
    # images/preludes/LANGUAGE, are in usr/lib/code-runner when `finish` begins.
    preludes: tuple[tuple[str, ...], ...] = ()


def labels(name):
    """What an image says of itself, for the catalog of the server that runs it."""
    language = LANGUAGES[name]
    runner = f" docker-run.runner-language={language.runner_name}" if language.runner_name else ""
    aliases = f' docker-run.aliases="{language.aliases}"' if language.aliases else ""
    return f"docker-run.language={name} docker-run.main-file={language.files[0]}{runner}{aliases}"


def without(packages):
    """Commands that take away what came along because others depend on it, and which no program here can use."""
    return (
        f"for package in {packages}; do dpkg-deb --fsys-tarfile var/cache/apt/archives/${{package}}_*.deb |"
        " tar -t | grep -v '/$' | xargs rm -f; done")


# What the packages' own scripts would do, had they been run.
JAVA = "ln -s /$(echo usr/lib/jvm/java-17-openjdk-*)/bin/java usr/bin/"
# Nobody has compiled the libraries yet, and a container cannot: it would compile what it imports in every run. Without the
# hash, what is compiled goes stale when the times of the files change, as they do on the way into the image.
PTH = "mkdir -p usr/lib/python3/dist-packages && mv usr/lib/code-runner/prelude.pth usr/lib/python3/dist-packages/"
COMPILE = "chroot . python3 -m compileall -q --invalidation-mode unchecked-hash"
# For pictures and files, not for windows. The tests of the libraries are a third of them.
PYTHON_DATA = [
    without("python3-tk python3-pil.imagetk blt tk8.6-blt2.5 libtk8.6 libtcl8.6 libx11-6 libx11-data libxft2 libxss1"
            " libjs-jquery libjs-jquery-ui python3-sympy python3-mpmath unicode-data python3-lxml libxml2 libxslt1.1"
            " libicu72"),
    "find usr/lib/python3/dist-packages -type d -name tests -prune -exec rm -rf {} +",
    "ln -sf python3 usr/bin/python",
    # The links of update-alternatives.
    "for name in libblas.so.3 liblapack.so.3 libopenblas.so.0; do ln -s openblas-serial/$name usr/lib/*-linux-gnu/; done",
    "sed -i 's/^backend: TkAgg$/backend: Agg/' etc/matplotlibrc",
    # In a home that is new in every run, matplotlib would look at all fonts again. So it does that here.
    "MPLCONFIGDIR=/tmp/fonts chroot . python3 -c 'import matplotlib.font_manager'",
    "mv tmp/fonts/fontlist-*.json usr/share/matplotlib/fontlist.json",
    "rm -r tmp/fonts",
    "grep -q '^    fm = FontManager()$' usr/lib/python3/dist-packages/matplotlib/font_manager.py",
    "sed -i 's|^    fm = FontManager()$|    return json_load(\"/usr/share/matplotlib/fontlist.json\")|'"
    " usr/lib/python3/dist-packages/matplotlib/font_manager.py",
    PTH,
    f"{COMPILE} /usr/lib/python3.11 /usr/lib/python3",
]
# g++ takes FILE.gch, if the flags are the same, instead of the first header that a program includes. The line before the
# header's own says that it is the system's, as it is where a program includes it.
PRECOMPILE = (
    "for header in usr/include/c++/*/iostream usr/include/*-linux-gnu/c++/*/bits/stdc++.h; do"
    " { echo \"# 1 \\\"/$header\\\" 3\" && cat $header; } >tmp/header &&"
    " setarch -R chroot . g++ -x c++-header -o /$header.gch /tmp/header || exit; done; rm tmp/header")
NODE = (
    "main=$(pwd -P)/main.js; cd /usr/lib/code-runner; unset OLDPWD; PWD=${main%/*};"
    ' exec node -r ./await.js "$main"')
# What waits in Java's virtual machines. A script that ends in a command line of Java tells it, with JAVACMD; what bash would
# set is set.
JVM_FINISH = "; sh usr/lib/code-runner/jvm/finish"
JVM_JAR = "/usr/lib/code-runner/jvm.jar"
JVM_COMPILE = "exec sh /usr/lib/code-runner/compile "
JAVAC = f"{JVM_COMPILE}-Xms8m -cp {JVM_JAR}"
KOTLIN = "usr/share/kotlin/kotlinc/lib/kotlin-compiler.jar"
KOTLINC = f"{JVM_COMPILE}-Xmx256M -Xms32M -noverify -cp /{KOTLIN}:{JVM_JAR}"
SCALA = "/usr/share/java/scala"
SCALAC = (
    f"{JVM_COMPILE}$(JAVACMD=echo scalac | sed 's|-classpath [^ ]*|&:{JVM_JAR}|; s/ scala.tools.nsc.Main *$//')")
PYTHON_PRELUDES = (("run", "python main.py", "exec python main.py"),)

LANGUAGES = {
    "assembly": Language("nasm binutils", ["main.asm", "greet.inc"], aliases="asm nasm"),
    "ats": Language("ats2-lang gcc libc6-dev", ["main.dats"]),
    "bash": Language("bash", ["main.sh", "greet.sh"], aliases="sh"),
    "c": Language("gcc libc6-dev", ["main.c", "greet.c", "greet.h"], aliases="gcc"),
    "clisp": Language("sbcl", ["main.lisp", "greet.lisp"], aliases="lisp sbcl"),
    "clojure": Language(
        "clojure openjdk-17-jre-headless bash", ["main.clj", "greet.clj"],
        finish=f"{JAVA}; ln -s clojure1.11 usr/bin/clojure{JVM_FINISH} /usr/share/java/clojure-1.11.jar", aliases="clj",
        preludes=(("run", "clojure main.clj", f"exec java -javaagent:{JVM_JAR} -cp /usr/share/java/clojure-1.11.jar"
                   " clojure.main main.clj"),)),
    "cobol": Language("gnucobol3", ["main.cob", "greet.cob"], aliases="cob"),
    "coffeescript": Language("coffeescript nodejs", ["main.coffee", "greet.js"], aliases="coffee"),
    "cpp": Language("g++", ["main.cpp", "greet.cpp", "greet.h"], finish=PRECOMPILE, aliases="c++ g++"),
    "crystal": Language("crystal gcc libc6-dev", ["main.cr", "greet.cr"], finish="ln -s gcc usr/bin/cc", aliases="cr"),
    "csharp": Language("mono-mcs mono-runtime libmono-system-core4.0-cil", ["main.cs", "greet.cs"], aliases="c# cs mono"),
    "d": Language("gdc", ["main.d", "greet.d"]),
    "elixir": Language("elixir", ["main.ex", "greet.ex"], aliases="ex exs"),
    "erlang": Language("erlang-base", ["main.erl", "greet.erl"], aliases="erl"),
    "go": Language("golang-go", ["main.go", "go.mod", "greet/greet.go"], aliases="golang"),
    "groovy": Language(
        "groovy openjdk-17-jre-headless bash", ["main.groovy", "Greet.groovy"],
        finish=JAVA + "; ln -s $(basename usr/lib/jvm/java-17-openjdk-*) usr/lib/jvm/default-java;"
        f" ln -s /usr/share/groovy/bin/groovy usr/bin/{JVM_FINISH}",
        preludes=(("run", "groovy main.groovy", "exec /usr/lib/jvm/default-java/bin/java"
                   f" -javaagent:{JVM_JAR}=groovy/ui/GroovyMain $(JAVACMD=/bin/echo groovy main.groovy)"),)),
    "guile": Language("guile-3.0", ["main.scm", "greet.scm"], finish="ln -sf /$(echo usr/lib/*/guile/3.0/bin/guile) usr/bin/guile", aliases="scheme scm"),
    "haskell": Language("ghc", ["main.hs", "Greet.hs"], finish="chroot . ghc-pkg recache --global", aliases="hs"),
    "java": Language(
        "openjdk-17-jdk-headless", ["Main.java", "Greet.java"],
        finish="ln -s /$(echo usr/lib/jvm/java-17-openjdk-*)/bin/java /$(echo usr/lib/jvm/java-17-openjdk-*)/bin/javac usr/bin/"
        f"{JVM_FINISH}",
        preludes=(("build", "javac", JAVAC), ("run", "java Main", f"exec java -javaagent:{JVM_JAR} Main"))),
    "javascript": Language(
        "nodejs", ["main.js", "greet.js"], aliases="js node nodejs",
        preludes=(("run", "node main.js", NODE),)),
    "kotlin": Language(
        "kotlin openjdk-17-jre-headless bash", ["main.kt"],
        # A file in place of the link, beside the other libraries: Java looks for them where the file is.
        finish=f"{JAVA}; ln -f $(realpath {KOTLIN}) {KOTLIN}"
        f"{JVM_FINISH} /{KOTLIN}:/usr/share/java/kotlin-runner.jar", aliases="kt",
        preludes=(("build", "kotlinc", KOTLINC),
                  ("run", "kotlin MainKt", "exec env KOTLIN_RUNNER=1 SHLVL=3 _=/usr/bin/java"
                   f" java -javaagent:{JVM_JAR} $(JAVACMD=echo kotlin MainKt)"))),
    "lua": Language("lua5.4", ["main.lua", "greet.lua"]),
    "nim": Language("nim gcc libc6-dev", ["main.nim", "greet.nim"]),
    "ocaml": Language("ocaml-nox", ["main.ml", "greet.ml"], aliases="ml"),
    "pascal": Language(
        "fp-compiler fp-units-rtl binutils", ["main.pas", "greet.pas"],
        finish="ln -s $(basename usr/bin/*-fpc-3.2.2) usr/bin/fpc; ln -s /$(echo usr/lib/*/fpc/3.2.2/ppc*) usr/bin/;"
        " echo \"-vw -Fu/$(echo usr/lib/*/fpc/3.2.2)/units/\\$fpctarget/*\" | tr ' ' '\\n' > etc/fpc.cfg", aliases="pas fpc"),
    "perl": Language("perl", ["main.pl", "Greet.pm"], aliases="pl"),
    "php": Language("php8.2-cli", ["main.php", "greet.php"], finish="ln -sf php8.2 usr/bin/php", broken="<?php (((\n"),
    "python": Language(
        "python3-minimal libpython3-stdlib", ["main.py", "greet.py"],
        finish=f"ln -sf python3 usr/bin/python; {PTH}; {COMPILE} /usr/lib/python3.*", aliases="py py3 python3",
        preludes=PYTHON_PRELUDES),
    "python-data": Language(
        # The serial one of OpenBLAS, which is as fast on one processor: it starts no threads that a limit of processes
        # would refuse. The last two are instead of SciPy with a C++ compiler, and of all of Python's headers.
        "python3 python3-numpy python3-pandas python3-matplotlib libopenblas0-serial python3-munkres python3-unicodedata2",
        ["main.py", "greet.py"],
        finish=" && ".join(PYTHON_DATA), aliases="data py-data", runner_name="python", preludes=PYTHON_PRELUDES),
    "raku": Language("rakudo", ["main.raku", "Greet.rakumod"], aliases="perl6"),
    "ruby": Language(
        "ruby", ["main.rb", "greet.rb"], aliases="rb",
        preludes=(("run", "ruby main.rb", "printf ' ' >main.rb; exec ruby -r/usr/lib/code-runner/await.rb main.rb",
                   "main.rb"),)),
    "rust": Language("rustc gcc libc6-dev", ["main.rs", "greet.rs"], finish="ln -s gcc usr/bin/cc", aliases="rs"),
    "scala": Language(
        "scala openjdk-17-jre-headless bash", ["main.scala", "greet.scala"],
        finish=JAVA + "; ln -s /usr/share/scala-2.11/bin/scala /usr/share/scala-2.11/bin/scalac usr/bin/"
        f"{JVM_FINISH} {SCALA}-compiler-2.11.jar:{SCALA}-library-2.11.jar:{SCALA}-reflect-2.11.jar",
        preludes=(("build", "scalac", SCALAC),
                  ("run", "scala Main", "exec env SHLVL=2 _=/usr/bin/java"
                   f" java -javaagent:{JVM_JAR} $(JAVACMD=echo scala Main)"))),
    "tcl": Language("tcl", ["main.tcl", "greet.tcl"]),
    "typescript": Language(
        "node-typescript nodejs", ["main.ts", "greet.ts"], aliases="ts",
        # The heap is small while it waits, with one arena and small spaces for what is new.
        preludes=(("build", "tsc", "exec env MALLOC_ARENA_MAX=1 node --max-semi-space-size=2 /usr/lib/code-runner/tsc.js"),
                  ("run", "node main.js", NODE))),
}


def main():
    if len(sys.argv) == 1:
        print(" ".join(LANGUAGES))
    elif len(sys.argv) == 3 and sys.argv[1] in LANGUAGES and sys.argv[2] in ("packages", "finish"):
        print(getattr(LANGUAGES[sys.argv[1]], sys.argv[2]))
    elif len(sys.argv) == 3 and sys.argv[1] in LANGUAGES and sys.argv[2] == "labels":
        print(labels(sys.argv[1]))
    elif len(sys.argv) == 3 and sys.argv[1] in LANGUAGES and sys.argv[2] == "preludes":
        for prelude in LANGUAGES[sys.argv[1]].preludes:
            print("\t".join(prelude))
    else:
        sys.exit("usage: images/languages.py [LANGUAGE packages|finish|labels|preludes]")


if __name__ == "__main__":
    main()
