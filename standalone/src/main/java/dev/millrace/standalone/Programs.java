package dev.millrace.standalone;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/** Where the built programs are: in the modules' target directories under the project's root. */
public record Programs(Path root) {
    /** The root is the system property {@code millrace.home}, else the working directory. */
    public static Programs here() {
        return new Programs(Path.of(System.getProperty("millrace.home", "")).toAbsolutePath());
    }

    /** Class path of a module that a launcher starts: every jar that its build laid out. */
    String classPathOf(String module) {
        return libOf(module) + "/*";
    }

    Path libOf(String module) {
        Path lib = root.resolve(module).resolve("target/lib");
        if (!Files.isDirectory(lib)) {
            throw new StartFailure(module, lib + " is missing (expected: a build; ./millrace up makes one)");
        }
        return lib;
    }

    /** A directory for what is made from a module's build once, and made again when it is gone. */
    Path unpackedOf(String module, String name) {
        return root.resolve(module).resolve("target").resolve(name);
    }

    /** The launcher's own jar. */
    static Path ownJar() {
        try {
            CodeSource source = Programs.class.getProtectionDomain().getCodeSource();
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The JDK that runs the launcher runs its children. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
