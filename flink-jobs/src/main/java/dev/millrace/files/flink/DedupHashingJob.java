package dev.millrace.files.flink;

import dev.millrace.files.topics.content.ContentBucket;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Facts of namespaces to commands for them: what was found in each content that was uploaded, at least once, under an id
 * that stays the same. Argument: the file of its settings.
 */
public final class DedupHashingJob {
    /** What the job is called on Flink's page, and looked for by who starts it. */
    static final String NAME = "files-hashing";

    /** Longest a call to the bucket may take until its answer begins. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private DedupHashingJob() {}

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
        flink.setParallelism(settings.parallelism());
        flink.setMaxParallelism(JobSettings.PARALLELISM_MAX);
        DataStream<byte[]> facts = flink.fromSource(
                        NamespaceFacts.from(settings.bootstrap(), NAME),
                        WatermarkStrategy.noWatermarks(),
                        "namespace facts")
                .uid("namespace-facts");
        DedupHashing.of(facts, () -> new BucketStore(new ContentBucket(settings.bucket(), WITHIN)))
                .sinkTo(NamespaceCommands.to(settings.bootstrap()))
                .uid("namespace-commands")
                .name("namespace commands");
    }
}
