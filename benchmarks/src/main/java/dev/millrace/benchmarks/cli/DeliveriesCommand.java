package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.feed.benchmarks.FanOutLoad;
import dev.millrace.feed.benchmarks.RedisDeliveries;
import dev.millrace.load.ProcessUse;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "deliveries",
        description =
                "Posts into timelines, from the log of commands until every reader has them; then the same into Redis.",
        mixinStandardHelpOptions = true)
final class DeliveriesCommand implements Callable<Integer> {
    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(names = "--authors", defaultValue = "50", description = "Who post. Default: ${DEFAULT-VALUE}")
    int authors;

    @Option(names = "--followers", defaultValue = "403", description = "Of each author. Default: ${DEFAULT-VALUE}")
    int followers;

    @Option(names = "--readers", defaultValue = "4000", description = "Who follow. Default: ${DEFAULT-VALUE}")
    int readers;

    @Option(names = "--posts", defaultValue = "10000", description = "In each round. Default: ${DEFAULT-VALUE}")
    int posts;

    @Option(names = "--rounds", defaultValue = "4", description = "The first warms up. Default: ${DEFAULT-VALUE}")
    int rounds;

    @Option(
            names = "--redis",
            defaultValue = "redis-server",
            description = "The peer's program, measured behind; none leaves it out. Default: ${DEFAULT-VALUE}")
    String redis = "redis-server";

    @Option(names = "--seconds", defaultValue = "20", description = "Of the peer. Default: ${DEFAULT-VALUE}")
    int seconds;

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        var record = new RunRecord(
                "deliveries", spec.commandLine().getParent().getParseResult().originalArgs());
        var results = record.list("rounds");
        try (var load = new FanOutLoad(run.target())) {
            load.follow(authors, followers, readers);
            for (int round = 0; round < rounds; round++) {
                FanOutLoad.Result result = load.post(authors, followers, readers, posts);
                results.add(result.json());
                out.printf(
                        "%,d posts, %,d deliveries in %.2f s: %,.0f deliveries/s%n  %s%n",
                        result.posts(),
                        result.deliveries(),
                        result.seconds(),
                        result.deliveriesPerSecond(),
                        ProcessUse.text(result.cores()));
                out.flush();
            }
            double bytes = load.bytesPerReader();
            record.put("bytesPerReader", bytes);
            out.printf("%,.0f bytes a timeline%n", bytes);
        }
        if (!redis.equals("none")) {
            RedisDeliveries.Result peer =
                    RedisDeliveries.measure(redis, Files.createTempDirectory("redis-timelines"), readers, seconds);
            record.put("redis", peer.json());
            out.println(peer);
        }
        out.println("raw results: " + record.write(run.results));
        return 0;
    }
}
