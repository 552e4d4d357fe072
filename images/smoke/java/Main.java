import java.io.PrintStream;
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) throws Exception {
        new PrintStream(System.out, true, "UTF-8").println(Greet.greet(new Scanner(System.in).nextLine()));
        System.exit(3);
    }
}
