package coderunner;

import com.sun.tools.javac.Main;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** javac, which has compiled something before it waits. */
final class Compile {
    private Compile() {}

    private static final String EXAMPLES = "/usr/lib/code-runner/examples/";

    public static void main(String[] arguments) throws Exception {
        // What the launcher of javac says; the class path is the directory then.
        System.setProperty("application.home", System.getProperty("java.home"));
        compile();
        // One that is refused leaves no file, too.
        Main.compile(new String[] {EXAMPLES + "Refused.java"}, new PrintWriter(OutputStream.nullOutputStream()));
        System.gc();
        Main.main(Gate.await("build"));
    }

    private static void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        PrintWriter out = new PrintWriter(OutputStream.nullOutputStream());
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            compiler.getTask(out, new Discarding(files), null, null, null, files.getJavaFileObjects(EXAMPLES + "Main.java")).call();
        }
    }

    /** Leaves no file. */
    private static final class Discarding extends ForwardingJavaFileManager<JavaFileManager> {
        Discarding(JavaFileManager files) { super(files); }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("string:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() { return OutputStream.nullOutputStream(); }
            };
        }
    }
}
