"""What is run: the hello world of the original's table, and a shell that does as little as a container can."""

import base64
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Hello:
    name: str
    image: str
    payload: bytes

    def check(self, data):
        """Raises unless the container has said hello."""
        try:
            stdout = json.loads(data)["stdout"]
        except (ValueError, KeyError):
            stdout = None
        if stdout != "Hello World!\n":
            raise RuntimeError(f"{self.name} does not say hello but: {data.decode(errors='replace')[:600]}")


def program(language, name, content):
    runner_name = {"python-data": "python"}.get(language, language)
    payload = {"language": runner_name, "files": [{"name": name, "content": content}]}
    return f"docker-run/{language}:latest", json.dumps(payload).encode()


# Tests/Fixtures/import has the image: it runs the base64 text in "script".
SHELL = Hello(
    "shell", "docker-run-test/shell:latest",
    b'{"script":"%s"}' % base64.b64encode(b"""printf '{"stdout":"Hello World!\\\\n"}'"""))
PYTHON = Hello("Python", *program("python", "main.py", "print('Hello World!')"))
C = Hello("C", *program("c", "main.c", """#include <stdio.h>

int main(void) {
    puts("Hello World!");
    return 0;
}
"""))
HASKELL = Hello("Haskell", *program("haskell", "main.hs", 'main = putStrLn "Hello World!"\n'))
JAVA = Hello("Java", *program("java", "Main.java", """class Main {
    public static void main(String[] args) {
        System.out.println("Hello World!");
    }
}
"""))

ALL = [SHELL, PYTHON, C, HASKELL, JAVA]

# Those that get ready while their container waits.
AWAKE = [Hello(language, *program(language, name, content)) for language, name, content in [
    ("python", "main.py", "print('Hello World!')\n"),
    ("python-data", "main.py", "import numpy, pandas\nprint('Hello World!')\n"),
    ("ruby", "main.rb", "puts 'Hello World!'\n"),
    ("javascript", "main.js", "console.log('Hello World!');\n"),
    ("typescript", "main.ts", "const greeting: string = 'Hello World!';\nconsole.log(greeting);\n"),
    ("java", "Main.java",
     'class Main { public static void main(String[] a) { System.out.println("Hello World!"); } }\n'),
    ("kotlin", "main.kt", 'fun main() { println("Hello World!") }\n'),
    ("scala", "main.scala", 'object Main { def main(a: Array[String]): Unit = println("Hello World!") }\n'),
    ("groovy", "main.groovy", "println 'Hello World!'\n"),
    ("clojure", "main.clj", '(println "Hello World!")\n'),
]]
# Some seconds of it, which the machine's compiler has to find and make fast.
COMPUTATION = Hello("java, a computation", *program("java", "Main.java", """class Main {
    static int collatz(long n) {
        int steps = 0;
        for (; n != 1; steps++) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
        return steps;
    }

    public static void main(String[] args) {
        int longest = 0;
        for (int n = 1; n < 5_000_000; n++) longest = Math.max(longest, collatz(n));
        System.out.println(longest == 596 ? "Hello World!" : longest);
    }
}
"""))
