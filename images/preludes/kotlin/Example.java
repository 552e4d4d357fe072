package coderunner;

/** A program that does what most do. */
public final class Example {
    private Example() {}

    public static void main(String[] arguments) throws ClassNotFoundException {
        // Kotlin's own classes are of a loader that there is one of for each program.
        for (String name : new String[] {"kotlin.jvm.internal.Intrinsics", "kotlin.io.ConsoleKt", "kotlin.text.StringsKt",
                "kotlin.collections.CollectionsKt", "kotlin.ranges.IntRange", "kotlin.system.ProcessKt"}) {
            Class.forName(name);
        }
    }
}
