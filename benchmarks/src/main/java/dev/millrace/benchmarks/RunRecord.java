package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The raw results of one run, with what one must know to believe them: command, machine and commit. */
public final class RunRecord {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final String benchmark;
    private final Instant startedAt = Instant.now();
    private final JsonObject record = new JsonObject();

    /** @param command as it was typed */
    public RunRecord(String benchmark, List<String> command) {
        this.benchmark = benchmark;
        record.put("benchmark", benchmark)
                .put("startedAt", startedAt.toString())
                .put("command", "benchmarks/run " + String.join(" ", command))
                .put("commit", output("git", "rev-parse", "HEAD"))
                .put(
                        "changedSince",
                        !output("git", "status", "--porcelain", "--untracked-files=no")
                                .isEmpty())
                .put("machine", machine());
    }

    public RunRecord put(String name, Object value) {
        record.put(name, value);
        return this;
    }

    /** Writes benchmarks/results/&lt;time&gt;-&lt;benchmark&gt;.json, and says where. */
    public Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(NAME.format(startedAt) + "-" + benchmark + ".json");
        Files.writeString(file, record.encodePrettily() + "\n");
        return file;
    }

    private static JsonObject machine() {
        return new JsonObject()
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("processor", first(Path.of("/proc/cpuinfo"), "model name"))
                .put("memory", first(Path.of("/proc/meminfo"), "MemTotal"))
                .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("jdk", System.getProperty("java.vm.version"));
    }

    private static String first(Path file, String name) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), UTF_8).trim();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** A list whose members are added one by one. */
    public JsonArray list(String name) {
        JsonArray list = new JsonArray();
        record.put(name, list);
        return list;
    }
}
