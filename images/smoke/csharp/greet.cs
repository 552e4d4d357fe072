static class Greeting {
    public static string Greet(string name) { return "Grüße, " + name + "!"; }
}
