package dev.millrace.standalone.server;

import java.lang.reflect.InvocationTargetException;

/**
 * A JobManager or TaskManager of Flink that goes by a name with its process id in it, and ends when its stdin does, that
 * is, with its launcher. Arguments: Flink's main class, the folder of its configuration, the option that names it, the
 * beginning of its name.
 */
public final class FlinkNode {
    private FlinkNode() {}

    public static void main(String[] args) throws Exception {
        Launcher.endWithIt();
        String name = args[3] + "-" + ProcessHandle.current().pid();
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {"--configDir", args[1], "-D" + args[2] + "=" + name});
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
