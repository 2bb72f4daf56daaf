package dev.millrace.standalone.cli;

import dev.millrace.standalone.DataFolder;
import dev.millrace.standalone.LogTail;
import dev.millrace.standalone.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what the children wrote. */
@Command(name = "logs", description = "Show the logs of one child or of all.")
final class Logs implements Callable<Integer> {
    private static final int LINES = 100;
    private static final long LOOK_EVERY_MILLIS = 300;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A child's name, as in status. Default: all.")
    private @Nullable String name;

    @Option(names = "-f", description = "Go on with what is written from now on.")
    private boolean follow;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        List<Path> logs = logs(Terminal.data());
        Map<Path, Long> read = new LinkedHashMap<>();
        for (Path log : logs) {
            read.put(log, Files.size(log));
            for (String line : LogTail.lines(log, LINES)) {
                out.println(prefix(log) + line);
            }
        }
        out.flush();
        CountDownLatch never = new CountDownLatch(1);
        while (follow && !never.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
            for (Map.Entry<Path, Long> log : read.entrySet()) {
                log.setValue(printFrom(log.getKey(), log.getValue(), out));
            }
            out.flush();
        }
        return 0;
    }

    private List<Path> logs(DataFolder data) throws IOException {
        try (Stream<Path> files = Files.list(data.logs())) {
            List<Path> all =
                    files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
            List<Path> wanted = name == null
                    ? all
                    : all.stream().filter(f -> nameOf(f).equals(name)).toList();
            if (wanted.isEmpty()) {
                throw new StartFailure(
                        "logs",
                        Objects.requireNonNullElse(name, "none") + " (expected: one of "
                                + all.stream().map(Logs::nameOf).toList() + ")");
            }
            return wanted;
        }
    }

    private long printFrom(Path log, long from, PrintWriter out) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            // A shorter file is a new one: the launcher was started again.
            long start = file.length() < from ? 0 : from;
            byte[] bytes = new byte[(int) Math.min(file.length() - start, 1 << 20)];
            file.seek(start);
            file.readFully(bytes);
            int whole = lastNewline(bytes) + 1;
            new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().forEach(l -> out.println(prefix(log) + l));
            return start + whole;
        }
    }

    private static int lastNewline(byte[] bytes) {
        int i = bytes.length - 1;
        while (i >= 0 && bytes[i] != '\n') {
            i--;
        }
        return i;
    }

    private String prefix(Path log) {
        return name == null ? String.format("%-10s ", nameOf(log)) : "";
    }

    private static String nameOf(Path log) {
        return log.getFileName().toString().replace(".log", "");
    }
}
