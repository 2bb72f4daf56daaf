package dev.millrace.standalone.server;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Kafka broker that formats its own storage on its first start and ends when its stdin does, that is, with its
 * launcher. Arguments: the server.properties, the cluster id, the log directory.
 */
public final class Broker {
    private Broker() {}

    public static void main(String[] args) throws Exception {
        Launcher.endWithIt();
        if (!Files.exists(Path.of(args[2], "meta.properties"))) {
            Object exit = Class.forName("kafka.tools.StorageTool")
                    .getMethod("execute", String[].class, java.io.PrintStream.class)
                    .invoke(
                            null,
                            new String[] {"format", "-t", args[1], "-c", args[0], "--ignore-formatted"},
                            System.err);
            if (!Integer.valueOf(0).equals(exit)) {
                throw new IOException("formatting " + args[2] + " failed with " + exit);
            }
        }
        try {
            Class.forName("kafka.Kafka").getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {args[0]});
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
