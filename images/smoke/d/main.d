import std.stdio, std.string;
import greet;

int main() {
    writeln(greeting(readln().strip()));
    return 3;
}
