package coderunner;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/** An agent, which loads what programs need in the virtual machine that is theirs then, and waits before it looks for one. */
final class Await {
    private Await() {}

    /** @param className when to do it: as soon as this class is to be loaded, with the loader that asks for it; null for at once. */
    public static void premain(String className, Instrumentation instrumentation) {
        if (className == null) {
            await(ClassLoader.getSystemClassLoader());
            return;
        }
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte[] transform(ClassLoader loader, String name, Class<?> old, ProtectionDomain domain, byte[] file) {
                if (!className.equals(name)) return null;
                instrumentation.removeTransformer(this);
                await(loader);
                return null;
            }
        });
    }

    private static void await(ClassLoader loader) {
        try {
            Warm.all(loader);
        } catch (Throwable e) {
            // As if it had not been started.
            Runtime.getRuntime().halt(1);
        }
        Gate.await("run");
    }
}
