package dev.millrace.standalone.server;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Cassandra node that writes its process id down once clients may come, and ends when its stdin does, that is, with
 * its launcher. Argument: the file for the process id.
 */
public final class CassandraNode {
    private CassandraNode() {}

    public static void main(String[] args) throws Exception {
        Launcher.endWithIt();
        try {
            Class.forName("org.apache.cassandra.service.CassandraDaemon")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        Files.writeString(
                Path.of(args[0]), Long.toString(ProcessHandle.current().pid()));
    }
}
