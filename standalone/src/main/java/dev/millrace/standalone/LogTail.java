package dev.millrace.standalone;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file. */
public final class LogTail {
    private static final int LINES = 12;
    private static final int BYTES_PER_LINE_MAX = 400;

    private LogTail() {}

    /** The last lines, indented, after a line that says where the rest is; empty if there are none. */
    static String of(Path log) {
        List<String> last = lines(log, LINES);
        if (last.isEmpty()) {
            return "";
        }
        return "\n  The last lines of " + log + ":\n    " + String.join("\n    ", last);
    }

    /** At most so many of the last lines. */
    public static List<String> lines(Path log, int count) {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - (long) count * BYTES_PER_LINE_MAX);
            file.seek(from);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException e) {
            return List.of("(can't be read: " + e.getMessage() + ")");
        }
    }
}
