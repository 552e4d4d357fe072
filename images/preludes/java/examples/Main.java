import java.io.*;
import java.util.*;
import java.util.function.*;
import java.util.stream.*;

/** Compiled before javac waits for a program. */
public class Main {
    interface Shape { double area(); }

    record Circle(double radius) implements Shape {
        public double area() { return Math.PI * radius * radius; }
    }

    record Square(double side) implements Shape {
        public double area() { return side * side; }
    }

    enum Color {
        RED("r"), GREEN("g");

        final String code;

        Color(String code) { this.code = code; }
    }

    static class Node<T extends Comparable<T>> {
        T value;
        Node<T> left, right;

        Node(T value) { this.value = value; }

        void insert(T other) {
            if (other.compareTo(value) < 0) {
                if (left == null) left = new Node<>(other);
                else left.insert(other);
            } else if (right == null) right = new Node<>(other);
            else right.insert(other);
        }

        void walk(Consumer<? super T> visitor) {
            if (left != null) left.walk(visitor);
            visitor.accept(value);
            if (right != null) right.walk(visitor);
        }
    }

    static int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

    static <K, V extends Comparable<V>> List<Map.Entry<K, V>> sorted(Map<K, V> map) {
        return map.entrySet().stream().sorted(Map.Entry.comparingByValue()).collect(Collectors.toList());
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
        Scanner scanner = new Scanner(System.in);
        Map<String, Integer> counts = new HashMap<>();
        String line;
        while ((line = reader.readLine()) != null) {
            for (String word : line.trim().split("\\s+")) counts.merge(word, 1, Integer::sum);
        }
        for (var entry : sorted(counts)) System.out.println(entry.getKey() + ": " + entry.getValue());
        int[] numbers = {3, 1, 2};
        long total = 0;
        for (int i = 0; i < numbers.length; i++) total += (long) numbers[i] << 2;
        Arrays.sort(numbers);
        Node<Integer> root = new Node<>(5);
        for (int number : numbers) root.insert(number);
        StringBuilder builder = new StringBuilder();
        root.walk(value -> builder.append(value).append(' '));
        List<Shape> shapes = new ArrayList<>(List.of(new Circle(1), new Square(2)));
        shapes.sort(Comparator.comparingDouble(Shape::area));
        for (Shape shape : shapes) {
            if (shape instanceof Circle circle) System.out.printf("%.2f %d%n", circle.radius(), total);
        }
        String name = switch (Color.valueOf("RED")) {
            case RED -> "red";
            case GREEN -> "green";
        };
        switch (name) {
            case "red": total++; break;
            default: total--;
        }
        String text = """
            A block
            of text""";
        try {
            Object nothing = null;
            nothing.toString();
        } catch (NullPointerException | IllegalStateException e) {
            System.err.println(e.getMessage() + text + builder);
        } finally {
            scanner.close();
        }
        Thread thread = new Thread(() -> System.out.println(fibonacci(10)));
        thread.start();
        thread.join();
        Runnable anonymous = new Runnable() {
            @Override
            public void run() { System.exit(IntStream.range(0, 3).boxed().mapToInt(Integer::intValue).sum()); }
        };
        anonymous.run();
    }
}
