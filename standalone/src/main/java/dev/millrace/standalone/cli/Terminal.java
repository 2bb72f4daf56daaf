package dev.millrace.standalone.cli;

import dev.millrace.standalone.DataFolder;
import dev.millrace.standalone.Programs;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the commands find the project and its data. */
final class Terminal {
    private Terminal() {}

    /** The system property {@code millrace.data}, else .millrace in the project's root. */
    static Path dataRoot() {
        String elsewhere = System.getProperty("millrace.data");
        return elsewhere == null ? Programs.here().root().resolve(".millrace") : Path.of(elsewhere);
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
