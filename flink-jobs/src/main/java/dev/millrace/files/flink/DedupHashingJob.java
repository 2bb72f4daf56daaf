package dev.millrace.files.flink;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.topics.CommandId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Facts of namespaces to commands for them: what was found in each content that was uploaded, at least once, under an id
 * that stays the same. The chunks that no version names are deleted by it, too, as it alone knows where each lies,
 * and what a namespace's versions save each other is counted by it. Argument: the file of its settings.
 */
public final class DedupHashingJob {
    /** What the job is called on Flink's page, and looked for by who starts it. */
    static final String NAME = "files-hashing";

    /** Longest a call to the bucket may take until its answer begins, or one to the broker at the start. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private DedupHashingJob() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            throw new IllegalArgumentException("arguments: " + args.length + " (expected: the settings' file)");
        }
        JobSettings settings = JobSettings.of(Path.of(args[0]));
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment();
        addTo(flink, settings, namespacePartitions(settings.bootstrap()));
        flink.execute(NAME);
    }

    /** As the broker has them: it never changes. */
    private static int namespacePartitions(String bootstrap)
            throws ExecutionException, InterruptedException, TimeoutException {
        String topic = FilesTopics.NAMESPACE_FACTS.name();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            return admin
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(WITHIN.toSeconds(), SECONDS)
                    .values()
                    .stream()
                    .mapToInt(described -> described.partitions().size())
                    .sum();
        }
    }

    /** @param partitions of namespaces */
    static void addTo(StreamExecutionEnvironment flink, JobSettings settings, int partitions) {
        Configuration always = new Configuration();
        // Kryo's form of a class changes with the class.
        always.set(PipelineOptions.GENERIC_TYPES, false);
        flink.configure(always);
        flink.setParallelism(settings.parallelism());
        flink.setMaxParallelism(JobSettings.PARALLELISM_MAX);
        CollectionPlan plan = new CollectionPlan(
                CommandId.random().toString(), partitions, settings.epochLasts(), settings.packsKept());
        ContentStore.Access store = () -> new BucketStore(settings.bucket(), WITHIN);
        DedupHashing.Outcome outcome = DedupHashing.of(
                source(flink, NamespaceFacts.from(settings.bootstrap(), NAME), "namespace facts"),
                source(
                        flink,
                        NamespaceFacts.inBatches(settings.bootstrap(), NAME + "-references"),
                        "all namespace facts"),
                store,
                plan);
        outcome.commands()
                .union(CountSavings.of(
                        source(
                                flink,
                                NamespaceFacts.inBatches(settings.bootstrap(), NAME + "-savings"),
                                "namespace facts to count"),
                        store))
                .sinkTo(NamespaceCommands.to(settings.bootstrap()))
                .uid("namespace-commands")
                .name("namespace commands");
        source(flink, ChunkFacts.from(settings.bootstrap()), "chunk facts")
                .keyBy(ChunkFacts::packOf, Types.STRING)
                .process(new KeepPacks(store, plan))
                .uid("keep-packs")
                .name("keep packs")
                .union(outcome.deleted())
                .sinkTo(ChunkFacts.to(settings.bootstrap()))
                .uid("deleted-chunks")
                .name("deleted chunks");
    }

    private static DataStream<byte[]> source(
            StreamExecutionEnvironment flink, KafkaSource<byte[]> source, String name) {
        return flink.fromSource(source, WatermarkStrategy.noWatermarks(), name).uid(name.replace(' ', '-'));
    }
}
