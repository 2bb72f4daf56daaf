package dev.millrace.topics.http;

import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a role's process: settings from its arguments, the role, its close at the end. A role that can't start
 * says why and ends its process; threads it has started already would otherwise keep it up, and useless.
 */
public final class RoleProcess {
    private static final Logger LOG = LoggerFactory.getLogger(RoleProcess.class);
    private static final int WRONG_SETTINGS = 2;
    private static final int CANT_START = 1;

    private RoleProcess() {}

    /** @param start starts the role and returns what closes it; throws IllegalArgumentException if settings are wrong */
    public static void run(String[] args, Function<Settings, ? extends AutoCloseable> start) {
        try {
            Settings settings = Settings.load(args);
            ParentWatch parent = ParentWatch.from(settings);
            parent.closeAtEnd(start.apply(settings));
        } catch (IllegalArgumentException e) {
            LOG.atError().setCause(e).log("can't start with these settings");
            System.exit(WRONG_SETTINGS);
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("can't start");
            System.exit(CANT_START);
        }
    }
}
