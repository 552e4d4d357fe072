class Greet {
    static String greet(String name) { "Grüße, $name!" }
}
