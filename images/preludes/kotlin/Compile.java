package coderunner;

import java.io.OutputStream;
import java.io.PrintStream;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;

/** kotlinc, which has compiled something before it waits. */
final class Compile {
    private Compile() {}

    public static void main(String[] arguments) {
        ClassPath.hide();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        new K2JVMCompiler().exec(
            nowhere, "/usr/lib/code-runner/examples/main.kt", "-d", "/usr/lib/code-runner/null.jar");
        System.gc();
        K2JVMCompiler.main(Gate.await("build"));
    }
}
