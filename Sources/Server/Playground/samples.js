// The program to begin with, by the name of its language.

const SAMPLES = {
    assembly: `section .data
text: db "Hello, World!", 10
length: equ $ - text

section .text
global _start
_start:
    mov rax, 1
    mov rdi, 1
    mov rsi, text
    mov rdx, length
    syscall
    mov rax, 60
    xor rdi, rdi
    syscall
`,
    bash: `echo "Hello, World!"
`,
    c: `#include <stdio.h>

int main(void) {
    printf("Hello, World!\\n");
    return 0;
}
`,
    clojure: `(println "Hello, World!")
`,
    cpp: `#include <iostream>

int main() {
    std::cout << "Hello, World!\\n";
}
`,
    csharp: `using System;

class Program {
    static void Main() {
        Console.WriteLine("Hello, World!");
    }
}
`,
    d: `import std.stdio;

void main() {
    writeln("Hello, World!");
}
`,
    elixir: `IO.puts("Hello, World!")
`,
    erlang: `main(_) ->
    io:format("Hello, World!~n").
`,
    go: `package main

import "fmt"

func main() {
\tfmt.Println("Hello, World!")
}
`,
    haskell: `main :: IO ()
main = putStrLn "Hello, World!"
`,
    java: `public class Main {
    public static void main(String[] args) {
        System.out.println("Hello, World!");
    }
}
`,
    javascript: `console.log("Hello, World!");
`,
    julia: `println("Hello, World!")
`,
    kotlin: `fun main() {
    println("Hello, World!")
}
`,
    lua: `print("Hello, World!")
`,
    nim: `echo "Hello, World!"
`,
    ocaml: `let () = print_endline "Hello, World!"
`,
    pascal: `begin
  writeln('Hello, World!');
end.
`,
    perl: `use strict;
use warnings;

print "Hello, World!\\n";
`,
    php: `<?php
echo "Hello, World!\\n";
`,
    python: `print("Hello, World!")
`,
    raku: `say "Hello, World!";
`,
    ruby: `puts "Hello, World!"
`,
    rust: `fn main() {
    println!("Hello, World!");
}
`,
    scala: `object Main {
  def main(args: Array[String]): Unit = println("Hello, World!")
}
`,
    swift: `print("Hello, World!")
`,
    tcl: `puts "Hello, World!"
`,
    typescript: `const greeting: string = "Hello, World!";
console.log(greeting);
`,
};

export function sampleOf(language) {
    return Object.hasOwn(SAMPLES, language) ? SAMPLES[language] : "";
}
