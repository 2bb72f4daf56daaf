package dev.millrace.standalone.cli;

import dev.millrace.standalone.DataFolder;
import dev.millrace.standalone.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the commands find the project and its data. */
final class Terminal {
    /** What was said by {@code --data}, which is known before a command begins. */
    private static @Nullable Path elsewhere;

    private Terminal() {}

    static void keepDataIn(@Nullable Path folder) {
        elsewhere = folder;
    }

    /** .millrace in the project's root unless told otherwise. */
    static Path dataRoot() {
        return elsewhere == null ? Programs.here().root().resolve(".millrace") : elsewhere;
    }

    /** Made if missing. */
    static DataFolder data() {
        return new DataFolder(dataRoot());
    }

    static boolean hasData() {
        return Files.isDirectory(dataRoot());
    }

    /** Before the first logger is made: the terminal is for people. */
    static void sendLogsToFile() {
        System.setProperty("millrace.logs", dataRoot().resolve("logs").toString());
    }
}
