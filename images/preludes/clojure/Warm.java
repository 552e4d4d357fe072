package coderunner;

import clojure.lang.AFn;
import clojure.lang.Compiler;
import clojure.lang.RT;
import clojure.lang.Symbol;
import clojure.lang.Var;
import java.io.FileReader;
import java.io.Reader;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicInteger;

/** Loads Clojure, and a program in a namespace that is gone then. */
final class Warm {
    private Warm() {}

    static void all(ClassLoader loader) throws Exception {
        // As clojure.main does.
        RT.init();
        RT.var("clojure.core", "require").invoke(Symbol.intern("clojure.main"));
        // What gensym and classes are called is counted. Before the first macro is expanded specs are loaded, which takes
        // numbers, too.
        Field field = RT.class.getDeclaredField("id");
        field.setAccessible(true);
        AtomicInteger id = (AtomicInteger) field.get(null);
        int before = id.get();
        Method load = Compiler.class.getDeclaredMethod("ensureMacroCheck");
        load.setAccessible(true);
        load.invoke(null);
        int taken = id.get() - before;
        try (Reader reader = new FileReader("/usr/lib/code-runner/examples/main.clj")) {
            Compiler.load(reader);
        }
        id.set(before);
        Field check = Compiler.class.getDeclaredField("MACRO_CHECK");
        check.setAccessible(true);
        Var specs = (Var) check.get(null);
        check.set(null, Var.create(new AFn() {
            @Override
            public Object invoke(Object macro, Object form) {
                try {
                    check.set(null, specs);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
                id.addAndGet(taken);
                return specs.invoke(macro, form);
            }
        }));
    }
}
