package coderunner;

final class ClassPath {
    private ClassPath() {}

    private static final String NAME = "java.class.path";

    /** As if what is here, the last of it, were not on it: compilers look there for what programs use. */
    static void hide() {
        String path = System.getProperty(NAME);
        System.setProperty(NAME, path.substring(0, path.lastIndexOf(':')));
    }
}
