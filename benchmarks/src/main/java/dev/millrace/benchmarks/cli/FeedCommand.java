package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.feed.benchmarks.FeedLoad;
import dev.millrace.load.Measured;
import dev.millrace.load.ProcessUse;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "feed",
        description =
                "How soon a post is on its followers' pages, by the number of followers, and how quick pages are.",
        mixinStandardHelpOptions = true)
final class FeedCommand implements Callable<Integer> {
    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--followers",
            split = ",",
            defaultValue = "10,1000,99000",
            description = "One author for each number. Default: ${DEFAULT-VALUE}")
    List<Integer> followers = List.of();

    @Option(
            names = "--posts-per-second",
            defaultValue = "5",
            description = "Posts of the author that is measured. Default: ${DEFAULT-VALUE}")
    double postsPerSecond;

    @Option(
            names = "--beside-per-second",
            defaultValue = "0.5",
            description =
                    "Posts of the author with most followers while others are measured. Default: ${DEFAULT-VALUE}")
    double besidePerSecond;

    @Option(
            names = "--readers",
            defaultValue = "500",
            description = "People whose pages are read. Default: ${DEFAULT-VALUE}")
    int readers;

    @Option(
            names = "--followees",
            defaultValue = "200",
            description = "Whom each of them follows. Default: ${DEFAULT-VALUE}")
    int followees;

    @Option(names = "--others", defaultValue = "1000", description = "Authors they follow. Default: ${DEFAULT-VALUE}")
    int others;

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "100,400",
            description = "Pages per second, one step each. Default: ${DEFAULT-VALUE}")
    List<Integer> rates = List.of();

    @Option(
            names = "--warm-up",
            defaultValue = "40",
            description = "Seconds of pages before anything counts. Default: ${DEFAULT-VALUE}")
    int warmUp;

    @Option(names = "--seconds", defaultValue = "20", description = "Length of a step. Default: ${DEFAULT-VALUE}")
    int seconds;

    @Option(names = "--seed", defaultValue = "1", description = "Of the random choices. Default: ${DEFAULT-VALUE}")
    long seed;

    @Override
    public Integer call() throws Exception {
        var options = new FeedLoad.Options(followers, readers, followees, others, Duration.ofSeconds(seconds), seed);
        var out = spec.commandLine().getOut();
        var record = new RunRecord(
                        "feed", spec.commandLine().getParent().getParseResult().originalArgs())
                .put("options", options.json());
        var posts = record.list("posts");
        try (var load = new FeedLoad(run.target(), options)) {
            long began = System.nanoTime();
            long commands = load.prepare();
            double took = (System.nanoTime() - began) / 1e9;
            record.put("prepared", commands).put("preparedSeconds", took);
            out.printf("%,d follows and posts in %.0f s; warming up%n", commands, took);
            out.flush();
            load.pages(rates.get(0), Duration.ofSeconds(warmUp));

            out.printf(
                    "%n%-34s %6s %9s %9s %9s %9s  %s%n",
                    "posts of an author with", "posts", "201 p50", "201 p99", "seen p50", "seen p99 ms", "answers");
            int most = followers.indexOf(Collections.max(followers));
            for (int author = 0; author < followers.size(); author++) {
                posts(load.posts(author, rate(author, most), author, 0), posts);
            }
            for (int author = 0; author < followers.size(); author++) {
                if (author != most) {
                    posts(load.posts(author, postsPerSecond, most, besidePerSecond), posts);
                }
            }
            pages(load, record.list("pages"));
            out.println("raw results: " + record.write(run.results));
        }
        return 0;
    }

    /** Whoever has most followers posts as often alone as beside the others. */
    private double rate(int author, int most) {
        return author == most && followers.size() > 1 ? besidePerSecond : postsPerSecond;
    }

    private void posts(FeedLoad.Posts step, JsonArray steps) {
        steps.add(step.json());
        var out = spec.commandLine().getOut();
        out.printf(
                "%-34s %6d %9.1f %9.1f %9.1f %9.1f    %s%n",
                step.of(),
                step.accepted().count(),
                step.accepted().millisAt(50),
                step.accepted().millisAt(99),
                step.visible().millisAt(50),
                step.visible().millisAt(99),
                step.visible().answers());
        out.flush();
    }

    private void pages(FeedLoad load, JsonArray steps) throws InterruptedException {
        var out = spec.commandLine().getOut();
        out.printf(
                "%n%-34s %6s %9s %9s %9s %9s  %s%n",
                "pages of 20, of " + followees + " authors", "pages", "p50 ms", "p99 ms", "p99.9", "max", "answers");
        for (int rate : rates) {
            FeedLoad.Pages step = load.pages(rate, Duration.ofSeconds(seconds));
            steps.add(step.json());
            Measured pages = step.pages();
            out.printf(
                    "%-34s %6d %9.1f %9.1f %9.1f %9.1f  %s%n",
                    rate + "/s",
                    pages.count(),
                    pages.millisAt(50),
                    pages.millisAt(99),
                    pages.millisAt(99.9),
                    pages.millisMax(),
                    pages.answers());
            out.println(ProcessUse.text(step.processes()));
            out.flush();
        }
    }
}
