package coderunner;

/** A program that does what most do. */
public final class Example {
    private Example() {}

    public static void main(String[] arguments) throws ClassNotFoundException {
        for (String name : new String[] {"scala.Console$", "scala.io.StdIn$", "scala.StringContext", "scala.collection.immutable.List$",
                "scala.collection.immutable.Map$", "scala.collection.mutable.ArrayBuffer", "scala.collection.immutable.Range",
                "scala.collection.immutable.StringOps", "scala.sys.package$", "scala.Option$", "scala.runtime.RichInt"}) {
            Class.forName(name);
        }
    }
}
