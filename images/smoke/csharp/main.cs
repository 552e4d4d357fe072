using System;

class Program {
    static int Main() {
        Console.WriteLine(Greeting.Greet(Console.ReadLine()));
        return 3;
    }
}
