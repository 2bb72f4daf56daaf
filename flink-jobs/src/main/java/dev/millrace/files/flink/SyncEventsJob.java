package dev.millrace.files.flink;

import dev.millrace.files.topics.v1.NamespaceFact;
import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Facts of namespaces to users' change feeds: each step for each user who can see it, in the order of the steps.
 * Argument: the file of its settings.
 */
public final class SyncEventsJob {
    /** What the job is called on Flink's page, and looked for by who starts it. */
    static final String NAME = "files-sync-events";

    private SyncEventsJob() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            throw new IllegalArgumentException("arguments: " + args.length + " (expected: the settings' file)");
        }
        JobSettings settings = JobSettings.of(Path.of(args[0]));
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment();
        addTo(flink, settings);
        flink.execute(NAME);
    }

    static void addTo(StreamExecutionEnvironment flink, JobSettings settings) {
        Configuration always = new Configuration();
        // Kryo's form of a class changes with the class.
        always.set(PipelineOptions.GENERIC_TYPES, false);
        flink.configure(always);
        flink.setParallelism(settings.syncParallelism());
        flink.setMaxParallelism(JobSettings.PARALLELISM_MAX);
        flink.fromSource(
                        NamespaceFacts.from(settings.bootstrap(), NAME),
                        WatermarkStrategy.noWatermarks(),
                        "namespace facts")
                .uid("namespace-facts")
                .keyBy(fact -> NamespaceFact.parseFrom(fact).getNamespaceId(), Types.STRING)
                .process(new TellChanges())
                .uid("tell-changes")
                .name("tell changes")
                .sinkTo(SyncEvents.to(settings.bootstrap()))
                .uid("sync-events")
                .name("sync events");
    }
}
