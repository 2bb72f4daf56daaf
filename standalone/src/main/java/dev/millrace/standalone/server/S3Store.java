package dev.millrace.standalone.server;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * S3Proxy, which writes its process id down once clients may come, and ends when its stdin does, that is, with its
 * launcher. Arguments: the file for the process id, the properties of S3Proxy.
 */
public final class S3Store {
    private S3Store() {}

    public static void main(String[] args) throws Exception {
        Launcher.endWithIt();
        try {
            Class.forName("org.gaul.s3proxy.Main")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) new String[] {"--properties", args[1]});
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        Files.writeString(
                Path.of(args[0]), Long.toString(ProcessHandle.current().pid()));
    }
}
