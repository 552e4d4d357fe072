import java.util.*;

class Refused {
    static String text(int number) { return number; }

    public static void main(String[] arguments) {
        List<String> texts = new ArrayList<>();
        texts.add(missing(1));
        String text = texts.size() > 0 ? 1 : "x";
    }
}
