package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.feed.benchmarks.RedisDeliveries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "redis-timelines",
        description = "The peer: timelines in Redis as Mastodon keeps them, deliveries a second and bytes a reader.",
        mixinStandardHelpOptions = true)
final class RedisTimelinesCommand implements Callable<Integer> {
    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(names = "--redis", defaultValue = "redis-server", description = "Its program. Default: ${DEFAULT-VALUE}")
    String redis = "redis-server";

    @Option(names = "--readers", defaultValue = "4000", description = "With full timelines. Default: ${DEFAULT-VALUE}")
    int readers;

    @Option(names = "--seconds", defaultValue = "20", description = "Of delivering. Default: ${DEFAULT-VALUE}")
    int seconds;

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        var record = new RunRecord(
                "redis-timelines",
                spec.commandLine().getParent().getParseResult().originalArgs());
        Path directory = Files.createTempDirectory("redis-timelines");
        RedisDeliveries.Result result = RedisDeliveries.measure(redis, directory, readers, seconds);
        record.put("result", result.json());
        out.println(result);
        out.println("raw results: " + record.write(run.results));
        return 0;
    }
}
