public class Greet {
    static String greet(String name) {
        return "Gr\u00fc\u00dfe, " + name + "!";
    }
}
