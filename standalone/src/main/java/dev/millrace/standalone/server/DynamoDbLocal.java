package dev.millrace.standalone.server;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * DynamoDB Local on the loopback address only: by itself it would listen to the whole network. Writes its process id
 * down once clients may come, and ends when its stdin does, that is, with its launcher. Arguments: the file for the
 * process id, then DynamoDB Local's own.
 */
public final class DynamoDbLocal {
    private DynamoDbLocal() {}

    public static void main(String[] args) throws Exception {
        Launcher.endWithIt();
        try {
            Object front = Class.forName("com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
                    .getMethod("createServerFromCommandLineArgs", String[].class)
                    .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
            keepToLoopback(front);
            front.getClass().getMethod("start").invoke(front);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        Files.writeString(
                Path.of(args[0]), Long.toString(ProcessHandle.current().pid()));
    }

    private static void keepToLoopback(Object front) throws ReflectiveOperationException {
        Field field = front.getClass().getDeclaredField("server");
        field.setAccessible(true);
        Object jetty = field.get(front);
        Object[] connectors =
                (Object[]) jetty.getClass().getMethod("getConnectors").invoke(jetty);
        for (Object connector : connectors) {
            connector.getClass().getMethod("setHost", String.class).invoke(connector, "127.0.0.1");
        }
    }
}
