package coderunner;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What most programs use. */
final class Warm {
    private Warm() {}

    static void all(ClassLoader loader) {
        PrintStream out = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        ByteArrayInputStream in = new ByteArrayInputStream("ä b 1\n2\n".getBytes(StandardCharsets.UTF_8));
        Scanner scanner = new Scanner(in);
        String line = scanner.nextLine();
        int number = scanner.nextInt();
        in.reset();
        new BufferedReader(new InputStreamReader(in)).lines().forEach(out::println);
        out.println("a" + line + number + 0.5 + 'c' + 1L);
        out.printf("%s %d %5.2f%n", line, number, 0.5);
        Map<String, Integer> counts = new TreeMap<>();
        for (String word : line.split("\\s+")) counts.merge(word, 1, Integer::sum);
        List<String> words = counts.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(entry -> entry.getKey() + ": " + entry.getValue()).collect(Collectors.toList());
        out.println(String.join(", ", words) + Arrays.toString(IntStream.range(0, 9).filter(x -> x % 2 == 0).toArray()));
    }
}
