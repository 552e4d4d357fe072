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
    payload = {"language": language, "files": [{"name": name, "content": content}]}
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
