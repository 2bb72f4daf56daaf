package dev.millrace.standalone.cli;

import dev.millrace.standalone.TopicHistory;
import dev.millrace.topics.SpineTopics;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the records that nobody could read. */
@Command(name = "dead-letters", description = "Show the records that couldn't be read: from where, and why.")
final class DeadLetters implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        AtomicInteger count = new AtomicInteger();
        TopicHistory.read(RunningSystem.require().ports().bootstrap(), SpineTopics.DEAD_LETTERS.name(), record -> {
            count.incrementAndGet();
            print(out, record);
        });
        out.println(count.get() == 0 ? "No dead letters." : count.get() + " dead letters.");
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers()
                .forEach(h ->
                        headers.put(h.key(), h.value() == null ? "" : new String(h.value(), StandardCharsets.UTF_8)));
        out.printf(
                "%s  offset %d  key %s  %d bytes%n",
                Instant.ofEpochMilli(record.timestamp()),
                record.offset(),
                record.key(),
                record.value() == null ? 0 : record.value().length);
        headers.forEach((name, value) ->
                out.println("    " + name + ": " + value.lines().findFirst().orElse("")));
    }
}
