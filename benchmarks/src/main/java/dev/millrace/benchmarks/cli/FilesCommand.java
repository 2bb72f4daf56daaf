package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.benchmarks.Target;
import dev.millrace.files.benchmarks.BackupProgram;
import dev.millrace.files.benchmarks.FilesLoad;
import dev.millrace.files.benchmarks.FilesLoad.Phase;
import dev.millrace.files.benchmarks.FilesLoad.Round;
import dev.millrace.files.benchmarks.Releases;
import dev.millrace.files.benchmarks.Stored;
import dev.millrace.load.ProcessUse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "files",
        description = "How fast files come and go, beside the S3 server alone, and what releases take, beside restic"
                + " and borg.",
        mixinStandardHelpOptions = true)
final class FilesCommand implements Callable<Integer> {
    private static final int AT_ONCE_MAX = 256;
    private static final long MEGABYTE = 1_000_000;
    private static final int KIBIBYTE = 1024;
    /** More than one PUT takes isn't what a plain object has. */
    private static final int LARGE_MAX = 5_000;
    /** As many uploads as a user may have open. */
    private static final int FILES_MAX = 1_000;
    /** More is sent in parts. */
    private static final int FILE_KIB_MAX = 16 * 1024;

    /** By default a user may send 20 commands a second, which would be all that is measured. */
    static final List<String> SETTINGS = List.of(
            "ingest.rate.user.per.second=5000",
            "ingest.rate.user.burst=10000",
            "ingest.rate.address.per.second=5000",
            "ingest.rate.address.burst=10000");

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    MeasuredSystem system = new MeasuredSystem();

    @Option(
            names = "--large",
            paramLabel = "MB",
            defaultValue = "1000",
            description = "Size of the large file. Default: ${DEFAULT-VALUE}")
    int large;

    @Option(
            names = "--parts",
            defaultValue = "4",
            description = "Of it that are sent at a time. Default: ${DEFAULT-VALUE}")
    int parts;

    @Option(names = "--files", defaultValue = "1000", description = "Small files. Default: ${DEFAULT-VALUE}")
    int files;

    @Option(
            names = "--file-size",
            paramLabel = "KIB",
            defaultValue = "16",
            description = "Size of each. Default: ${DEFAULT-VALUE}")
    int fileSize;

    @Option(
            names = "--files-at-once",
            defaultValue = "32",
            description = "Of them that are being sent. Default: ${DEFAULT-VALUE}")
    int filesAtOnce;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Runs that count, after one that warms up; 0 for none at all. Default: ${DEFAULT-VALUE}")
    int rounds;

    @Option(
            names = "--releases",
            paramLabel = "DIR",
            description = "Folder of releases, a file or a folder each, that are stored in the order of their names.")
    @Nullable Path releases;

    @Option(
            names = "--seed",
            description = "Of the bytes. Default: drawn, as what a system knows already isn't stored again")
    @Nullable Long seed;

    @Override
    public Integer call() throws Exception {
        require("--large", large, 1, LARGE_MAX);
        require("--files", files, 1, FILES_MAX);
        require("--file-size", fileSize, 1, FILE_KIB_MAX);
        require("--parts", parts, 1, AT_ONCE_MAX);
        require("--files-at-once", filesAtOnce, 1, AT_ONCE_MAX);
        Path folder = Files.createTempDirectory("millrace-files-");
        return system.measure("files", SETTINGS, () -> folder, out(), target -> measure(target, folder));
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    private int measure(Target target, Path folder) throws IOException, InterruptedException {
        // First, as a folder that isn't there should be said at once.
        Releases these = releases == null ? null : Releases.in(releases);
        var options = new FilesLoad.Options(
                large * MEGABYTE,
                parts,
                files,
                fileSize * KIBIBYTE,
                filesAtOnce,
                seed == null ? new SplittableRandom().nextLong() : seed);
        var record = new RunRecord(
                        "files", spec.commandLine().getParent().getParseResult().originalArgs())
                .put("options", options.json());
        var load = new FilesLoad(target, folder, options);
        List<Round> counted = rounds(load, record.list("rounds"));
        if (!counted.isEmpty()) {
            table(counted, record.list("summary"));
        }
        if (these != null) {
            stored(load, these, folder, record.list("stored"));
        }
        out().println("raw results: " + record.write(system.results));
        return 0;
    }

    private List<Round> rounds(FilesLoad load, JsonArray all) throws IOException, InterruptedException {
        List<Round> counted = new ArrayList<>();
        int most = rounds == 0 ? 0 : rounds + 1;
        for (int number = 0; number < most; number++) {
            boolean warmUp = number == 0;
            Round round = load.round(number, warmUp);
            all.add(round.json().put("warmUp", warmUp));
            out().println(warmUp ? "warm-up" : "round " + number);
            phase("upload", round.uploadRate(), "MB/s", round.upload());
            phase("S3's own PUT", round.plainPutRate(), "MB/s", round.plainPut());
            phase("edge", round.edgeRate(), "MB/s", round.edge());
            phase("S3's own GET", round.plainGetRate(), "MB/s", round.plainGet());
            phase("small files", round.filesPerSecond(), "files/s", round.small());
            if (!warmUp) {
                counted.add(round);
            }
        }
        return counted;
    }

    private void phase(String what, double rate, String unit, Phase phase) {
        out().printf(
                        "  %-13s %8.1f %-8s %6.1f s %s%n",
                        what, rate, unit, phase.seconds(), ProcessUse.text(phase.processes()));
        out().flush();
    }

    private void table(List<Round> counted, JsonArray summary) {
        out().printf("%n%-52s %s%n", "", "median (least..most) of " + counted.size());
        String size = String.format("%,d MB", large);
        row("upload of " + size + ", until it is a version, MB/s", counted, Round::uploadRate, summary);
        row("  the S3 server's own PUT", counted, Round::plainPutRate, summary);
        row("download of " + size + " from the edge, MB/s", counted, Round::edgeRate, summary);
        row("  the S3 server's own GET", counted, Round::plainGetRate, summary);
        row(
                String.format("%,d files of %,d KiB, %d at once, files/s", files, fileSize, filesAtOnce),
                counted,
                Round::filesPerSecond,
                summary);
        out().flush();
    }

    private void row(String what, List<Round> counted, ToDoubleFunction<Round> figure, JsonArray summary) {
        Spread spread = Spread.of(counted, figure);
        summary.add(spread.json().put("what", what.strip()));
        out().printf("%-52s %s%n", what, spread.text("%.1f"));
    }

    private void stored(FilesLoad load, Releases these, Path folder, JsonArray all)
            throws IOException, InterruptedException {
        out().printf(
                        "%n%-52s %10s %10s %10s %10s%n",
                        these.count() + " releases, one after the other",
                        "put MB",
                        "stored MB",
                        "put/stored",
                        "seconds");
        out().flush();
        line(load.store(these), all);
        for (BackupProgram program : BackupProgram.values()) {
            Optional<Stored> stored = program.store(these, folder);
            if (stored.isPresent()) {
                line(stored.get(), all);
            } else {
                all.add(new JsonObject().put("by", program.name()).put("installed", false));
                out().printf("%-52s not installed%n", program.name());
                out().flush();
            }
        }
    }

    private void line(Stored stored, JsonArray all) {
        all.add(stored.json());
        out().printf(
                        "%-52s %10.1f %10.1f %10.2f %10.1f%n",
                        stored.by(),
                        stored.putBytes() / 1e6,
                        stored.bytes() / 1e6,
                        stored.putBytes() / (double) stored.bytes(),
                        stored.seconds());
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
