package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.tickets.benchmarks.ChangelogSize;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "changelog",
        description = "Bytes a claim writes to the changelog, by size of venue.",
        mixinStandardHelpOptions = true)
final class ChangelogCommand implements Callable<Integer> {
    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--seats",
            split = ",",
            defaultValue = "1000,10000,100000",
            description = "Sizes of venues. Default: ${DEFAULT-VALUE}")
    List<Integer> seats = List.of();

    @Option(names = "--claims", defaultValue = "500", description = "Claims in each. Default: ${DEFAULT-VALUE}")
    int claims;

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        var record = new RunRecord(
                "changelog", spec.commandLine().getParent().getParseResult().originalArgs());
        var results = record.list("results");
        try (var changelog = new ChangelogSize(run.target())) {
            out.printf(
                    "%9s %7s %14s %13s  %s%n", "seats", "claims", "records/claim", "bytes/claim", "bytes by key kind");
            for (int size : seats) {
                ChangelogSize.Result result = changelog.of(size, claims);
                results.add(result.json());
                out.printf(
                        "%9d %7d %14.1f %13.1f  %s%n",
                        result.seats(),
                        result.claims(),
                        result.records() / (double) result.claims(),
                        result.bytesPerClaim(),
                        result.bytesByKind());
            }
        }
        out.println("raw results: " + record.write(run.results));
        return 0;
    }
}
