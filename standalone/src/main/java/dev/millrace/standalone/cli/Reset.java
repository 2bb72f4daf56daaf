package dev.millrace.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.standalone.Occupancy;
import dev.millrace.standalone.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Forgets everything. */
@Command(name = "reset", description = "Delete all data, keys and logs.")
final class Reset implements Callable<Integer> {
    @Option(names = "--yes", description = "Don't ask.")
    private boolean yes;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Path root = Terminal.dataRoot();
        if (!Terminal.hasData()) {
            out.println("There is nothing to delete.");
            return 0;
        }
        if (Occupancy.holder(Terminal.data()).isPresent()) {
            throw new StartFailure("reset", "Millrace is running (expected: ./millrace down first)");
        }
        if (!yes && !confirmed(out, root)) {
            out.println("Nothing deleted.");
            return 1;
        }
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
        out.println("Deleted " + root);
        return 0;
    }

    private static boolean confirmed(PrintWriter out, Path root) {
        out.print("Delete everything in " + root + "? [y/N] ");
        out.flush();
        Scanner answers = new Scanner(System.in, UTF_8);
        return answers.hasNextLine() && answers.nextLine().strip().equalsIgnoreCase("y");
    }
}
