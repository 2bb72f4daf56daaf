package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.EnrolReader;
import dev.millrace.feed.topics.v1.PushPost;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.feed.topics.v1.TimelineView;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.api.Record;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timelines survive whatever happens to the process that holds them. */
class TimelineRecoveryIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration OFTEN = Duration.ofMillis(200);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final int PARTITION = 3;
    private static final int READERS = 40;
    private static final String TOPIC = FeedTopics.TIMELINE_PAGES.name();
    /** A full timeline has at least so many. */
    private static final int NEWEST = 600;

    @TempDir
    Path data = Path.of("");

    private static final byte[] KEY = {};

    private final Random random = new Random(20);
    private List<Integer> partitions = List.of(PARTITION);
    private final Map<Integer, List<Long>> pushed = new TreeMap<>();
    private @Nullable KafkaClusterTestKit broker;
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable Admin admin;
    private final List<Future<RecordMetadata>> onTheWay = new ArrayList<>();
    private long post;

    @BeforeEach
    void begin() throws Exception {
        KafkaClusterTestKit started = StreamsRig.broker();
        broker = started;
        admin = Admin.create(Map.of("bootstrap.servers", started.bootstrapServers()));
        admin.createTopics(Stream.of(TOPIC, FeedTopics.EVICTED_BLOCKS.name(), SpineTopics.DEAD_LETTERS.name())
                        .map(name -> new NewTopic(name, TimelineProcess.PARTITIONS, (short) 1))
                        .toList())
                .all()
                .get();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", started.bootstrapServers(), "linger.ms", 5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        enrolAll();
    }

    private void enrolAll() {
        for (int reader = 0; reader < READERS; reader++) {
            pushed.put(reader, new ArrayList<>());
            send(enrol(reader));
            // The first alone: a partition that is just being made may refuse a batch and take the one sent behind it,
            // as of a producer it doesn't know any sequence will do. The refused one is out of order then for good.
            if (reader == 0) {
                written();
            }
        }
        written();
    }

    private static TimelineRecord enrol(int reader) {
        return TimelineRecord.newBuilder()
                .setEnrolReader(
                        EnrolReader.newBuilder().setReaderOrdinal(reader).setEnrolment(1))
                .build();
    }

    @AfterEach
    void end() throws Exception {
        required(producer).close();
        required(admin).close();
        required(broker).close();
    }

    @Test
    void afterKill9ItGoesOnFromItsSnapshot() throws Exception {
        Process child = child(data);
        try {
            push(3_000);
            // A first one may be of the first record alone, and there is no other while nothing comes.
            soon().until(() -> {
                push(10);
                return snapshot(data).isPresent() && savedOffset() > READERS;
            });
            push(3_000);
        } finally {
            child.destroyForcibly().waitFor();
        }
        long saved = savedOffset();
        // Only the snapshot knows these now.
        required(admin)
                .deleteRecords(Map.of(new TopicPartition(TOPIC, PARTITION), RecordsToDelete.beforeOffset(saved + 1)))
                .all()
                .get();
        push(500);

        try (TimelineProcess again = start(OFTEN)) {
            assertAllThere(again);
        }
    }

    @Test
    void afterACloseNothingIsReadAgain() throws Exception {
        long end;
        try (TimelineProcess first = start(NEVER)) {
            push(2_000);
            assertAllThere(first);
            end = includedOffset(first, PARTITION);
            assertThat(snapshot(data)).isEmpty();
        }
        assertThat(savedOffset()).isEqualTo(end);

        try (TimelineProcess again = start(NEVER)) {
            push(10);
            assertAllThere(again);
        }
    }

    @Test
    void afterAFailureInTheMiddleOfTheWorkItGoesOn() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        UnaryOperator<Topology> bug = topology -> topology.addProcessor(
                "bug",
                () -> (Record<byte[], TimelineRecord> record) -> {
                    if (fails.get()) {
                        throw new IllegalStateException("a bug");
                    }
                },
                "timeline-pages");
        try (TimelineProcess broken = new TimelineProcess(bootstrap(), data, 1, OFTEN, bug)) {
            push(2_000);
            soon().until(() -> {
                push(10);
                return snapshot(data).isPresent();
            });
            push(1_000);
            fails.set(true);
            push(1_000);
            soon().until(() -> broken.application().whyNotReady().orElse("").contains("processor=bug"));
        }

        try (TimelineProcess again = start(OFTEN)) {
            assertAllThere(again);
        }
    }

    @Test
    void aTornSnapshotIsRefusedAndAllIsReadAgain() throws Exception {
        try (TimelineProcess first = start(NEVER)) {
            push(2_000);
            assertAllThere(first);
        }
        Path file = snapshot(data).orElseThrow();
        try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
            torn.setLength(torn.length() / 2);
        }

        try (TimelineProcess again = start(NEVER)) {
            assertAllThere(again);
        }
    }

    @Test
    void withASnapshotOlderThanTheTopicItBeginsWithWhatThereIs() throws Exception {
        try (TimelineProcess first = start(NEVER)) {
            push(1_000);
            assertAllThere(first);
        }
        push(100);
        long now = endOffset();
        required(admin)
                .deleteRecords(Map.of(new TopicPartition(TOPIC, PARTITION), RecordsToDelete.beforeOffset(now)))
                .all()
                .get();

        try (TimelineProcess again = start(NEVER)) {
            of(0).clear();
            send(enrol(0));
            push(20);

            soon().untilAsserted(() -> {
                TimelineView view = view(again, PARTITION, 0);
                assertThat(view.getEnrolled()).isTrue();
                assertThat(view.getEntries().getPostIdsList()).isNotEmpty().containsExactlyElementsOf(newest(0));
            });
        }
    }

    @Test
    void aStandbyTakesOverFromOneThatWasKilled() throws Exception {
        partitions = IntStream.range(0, TimelineProcess.PARTITIONS).boxed().toList();
        enrolAll();
        Process child = child(data.resolve("child"));
        try (TimelineProcess standby =
                new TimelineProcess(bootstrap(), data.resolve("standby"), 2, OFTEN, UnaryOperator.identity())) {
            try {
                push(2_000);
                // Of some partitions it is the owner, of all others it follows as a standby.
                soon().untilAsserted(() -> {
                    assertThat(standby.application().owned()).hasSizeLessThan(TimelineProcess.PARTITIONS);
                    for (int partition : partitions) {
                        assertThat(includedOffset(standby, partition)).isGreaterThan(1_000);
                    }
                });
                push(500);
            } finally {
                child.destroyForcibly().waitFor();
            }
            push(500);

            soon().until(() -> standby.application().owned().size() == TimelineProcess.PARTITIONS);
            assertAllThere(standby);
        }
    }

    /** A partition may not be there yet. */
    private static ConditionFactory soon() {
        return await().atMost(SOON).ignoreExceptionsInstanceOf(InvalidStateStoreException.class);
    }

    private TimelineProcess start(Duration snapshotEvery) {
        return new TimelineProcess(bootstrap(), data, 1, snapshotEvery, UnaryOperator.identity());
    }

    private Process child(Path dataDir) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TimelineProcess.class.getName(),
                        bootstrap(),
                        dataDir.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Posts to some of the readers each, some of them late. */
    private void push(int posts) {
        for (int i = 0; i < posts; i++) {
            post += 10;
            long id = post - (random.nextInt(8) == 0 ? random.nextInt(300) : 0);
            if (id < 1) {
                continue;
            }
            List<Integer> readers = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                if (random.nextInt(3) == 0) {
                    readers.add(reader);
                }
            }
            readers.stream().map(this::of).filter(ids -> !ids.contains(id)).forEach(ids -> ids.add(id));
            send(pushTo(readers, id));
        }
        written();
    }

    private static TimelineRecord pushTo(List<Integer> readers, long id) {
        byte[] page = new byte[readers.size()];
        int before = 0;
        for (int i = 0; i < page.length; i++) {
            page[i] = (byte) (readers.get(i) - before);
            before = readers.get(i);
        }
        return TimelineRecord.newBuilder()
                .setPushPost(PushPost.newBuilder()
                        .setAuthorId("author-" + id % 7)
                        .setPostId(id)
                        .setReaders(ByteString.copyFrom(page)))
                .build();
    }

    private void send(TimelineRecord record) {
        byte[] value = FeedTopics.TIMELINE_PAGES.values().serializer().serialize(TOPIC, record);
        for (int partition : partitions) {
            onTheWay.add(required(producer).send(new ProducerRecord<>(TOPIC, partition, KEY, value)));
        }
    }

    /** A record that isn't on the log is no failure of the timelines. */
    private void written() {
        required(producer).flush();
        for (Future<RecordMetadata> one : onTheWay) {
            try {
                one.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("a record isn't on the log", e);
            }
        }
        onTheWay.clear();
    }

    private void assertAllThere(TimelineProcess process) {
        soon().untilAsserted(() -> {
            for (int partition : partitions) {
                for (int reader = 0; reader < READERS; reader++) {
                    TimelineView view = view(process, partition, reader);
                    assertThat(view.getEntries().getPostIdsList())
                            .as("partition " + partition + ", reader " + reader)
                            .startsWith(newest(reader).toArray(Long[]::new))
                            .doesNotHaveDuplicates();
                }
            }
        });
    }

    private List<Long> newest(int reader) {
        List<Long> sorted = new ArrayList<>(of(reader));
        sorted.sort(Collections.reverseOrder());
        return sorted.subList(0, Math.min(NEWEST, sorted.size()));
    }

    private List<Long> of(int reader) {
        return required(pushed.get(reader));
    }

    private static TimelineView view(TimelineProcess process, int partition, int reader) {
        StateQuery query = StateQuery.newBuilder()
                .setName(FeedQueries.TIMELINE)
                .setArgument(TimelineQuestion.newBuilder()
                        .setReaderOrdinal(reader)
                        .setLimit(800)
                        .build()
                        .toByteString())
                .build();
        return process.application()
                .store(partition)
                .flatMap(
                        store -> process.application().reader().read(query, store, null, Position.getDefaultInstance()))
                .map(TimelineView.class::cast)
                .orElse(TimelineView.getDefaultInstance());
    }

    private static long includedOffset(TimelineProcess process, int partition) {
        return process.application()
                .store(partition)
                .map(store -> process.application().reader().decidedOffset(store))
                .orElse(-1L);
    }

    private Optional<Path> snapshot(Path below) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(file -> file.endsWith(Path.of("0_" + PARTITION, "timelines", "timelines")))
                    .findFirst();
        }
    }

    private long savedOffset() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(snapshot(data).orElseThrow().toFile(), "r")) {
            file.readLong();
            return file.readLong();
        }
    }

    private long endOffset() throws Exception {
        TopicPartition asked = new TopicPartition(TOPIC, PARTITION);
        return required(admin)
                .listOffsets(Map.of(asked, org.apache.kafka.clients.admin.OffsetSpec.latest()))
                .partitionResult(asked)
                .get()
                .offset();
    }

    private String bootstrap() {
        return required(broker).bootstrapServers();
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not begun");
        }
        return value;
    }
}
