package dev.millrace.feed.streams.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.EnrolReader;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.feed.topics.v1.PushPost;
import dev.millrace.feed.topics.v1.PushedUpTo;
import dev.millrace.feed.topics.v1.PushingEnded;
import dev.millrace.feed.topics.v1.RebuildTimeline;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.feed.topics.v1.TimelineView;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTopologyTest {
    private static final Position POSITION =
            Position.newBuilder().setLog("timelines").setOffset(7).build();

    @TempDir
    Path stateDir = Path.of("");

    private final OwnedPartitions owned = new OwnedPartitions();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final TimelineTopology topology = new TimelineTopology(
            owned, new TimelineSettings(100, Duration.ofHours(1)), Runnable::run, new TimelineMeters(metrics));
    private TopologyTestDriver driver = new TopologyTestDriver(new Topology());
    private TestInputTopic<byte[], byte[]> pages = pages();

    @BeforeEach
    void begin() {
        driver.close();
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "timelines-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        properties.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        properties.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, SpineTopics.DEAD_LETTERS.name());
        driver = new TopologyTestDriver(topology.addTo(new Topology()), properties);
        pages = pages();
    }

    @AfterEach
    void end() {
        driver.close();
    }

    @Test
    void aPostIsPushedToTheReadersOfItsPageWhoAreEnrolled() {
        send(enrol(3, 10));
        send(enrol(300, 10));

        send(push("ann", 11, 1, 3, 300));
        send(push("bob", 12, 3));

        TimelineView view = view(3, 0, 20);
        assertThat(view.getEnrolled()).isTrue();
        assertThat(view.getEntries().getPostIdsList()).containsExactly(12L, 11L);
        assertThat(view.getEntries().getAuthorsList()).containsExactly(0, 1);
        assertThat(view.getEntries().getAuthorIdsList()).containsExactly("bob", "ann");
        assertThat(view.getEnrolment()).isEqualTo(10);
        assertThat(view.getBookVersion()).isZero();
        assertThat(view.getPosition()).isEqualTo(POSITION);
        assertThat(metrics.counter("millrace.timeline.deliveries").count()).isEqualTo(3);
        assertThat(view(300, 0, 20).getEntries().getPostIdsList()).containsExactly(11L);
        assertThat(view(1, 0, 20))
                .isEqualTo(TimelineView.newBuilder().setPosition(POSITION).build());
    }

    @Test
    void anAnswerBeginsBelowItsBound() {
        send(enrol(3, 0));
        for (int post = 1; post <= 50; post++) {
            send(push("ann", post, 3));
        }

        assertThat(view(3, 40, 3).getEntries().getPostIdsList()).containsExactly(39L, 38L, 37L);
    }

    @Test
    void anAnswerSaysWhatHasComeFromEachPartitionOfAuthors() {
        send(enrol(3, 0));
        send(upTo(2, 50, 30));
        send(upTo(0, 70, 0));
        send(upTo(2, 40, 20));
        // In the bits of a post id that name its partition.
        long second = (90L << 21) | (1 << 11);
        send(push("ann", second, 3));

        TimelineView view = view(3, 0, 20);
        assertThat(view.getPushedUpToList()).containsExactly(70L, 0L, 50L);
        assertThat(view.getModeChangesList()).containsExactly(0L, 0L, 30L);
        assertThat(view.getSeenList()).containsExactly(70L, second, 50L);
    }

    @Test
    void anAnswerSaysSinceWhenAnAuthorIsntPushedAnyMore() {
        send(enrol(3, 1));
        send(TimelineRecord.newBuilder()
                .setPushingEnded(PushingEnded.newBuilder().setReaderOrdinal(3).setFollowsOffset(44))
                .build());

        assertThat(view(3, 0, 20).getEndedOffset()).isEqualTo(44);
    }

    @Test
    void aRebuildOfAnotherTimelineThanTheReadersChangesNothing() {
        send(enrol(3, 100));

        send(TimelineRecord.newBuilder()
                .setRebuildTimeline(rebuild().setEnrolment(99))
                .build());

        TimelineView view = view(3, 0, 20);
        assertThat(view.getEntries().getPostIdsList()).isEmpty();
        assertThat(view.getBookVersion()).isZero();
    }

    @Test
    void aTimelineIsRebuiltOnce() {
        send(enrol(3, 100));
        send(push("ann", 101, 3));
        TimelineRecord rebuild =
                TimelineRecord.newBuilder().setRebuildTimeline(rebuild()).build();

        send(rebuild);
        send(rebuild);

        TimelineView view = view(3, 0, 20);
        assertThat(view.getEntries().getPostIdsList()).containsExactly(101L, 90L, 80L);
        assertThat(view.getComplete()).isEqualTo(79);
        assertThat(view.getBookVersion()).isEqualTo(5);
    }

    private static RebuildTimeline.Builder rebuild() {
        return RebuildTimeline.newBuilder()
                .setReaderOrdinal(3)
                .setEnrolment(100)
                .setBookVersion(5)
                .setEntries(TimelineEntries.newBuilder()
                        .addPostIds(90)
                        .addPostIds(80)
                        .addAuthors(0)
                        .addAuthors(0)
                        .addAuthorIds("bob"))
                .setComplete(79);
    }

    @Test
    void whatLeavesAFullTimelineIsHandedOn() {
        TestOutputTopic<byte[], EvictedBlock> evicted = driver.createOutputTopic(
                FeedTopics.EVICTED_BLOCKS.name(),
                new ByteArrayDeserializer(),
                FeedTopics.EVICTED_BLOCKS.values().deserializer());
        send(enrol(3, 0));
        for (int post = 1; post <= 800; post++) {
            send(push("author-" + post % 3, post, 3));
        }
        assertThat(evicted.isEmpty()).isTrue();

        send(push("ann", 801, 3));

        EvictedBlock block = evicted.readValue();
        assertThat(evicted.isEmpty()).isTrue();
        assertThat(block.getReaderOrdinal()).isEqualTo(3);
        assertThat(block.getEntries().getPostIdsList())
                .hasSize(128)
                .startsWith(1L, 2L)
                .endsWith(128L);
        assertThat(block.getEntries().getAuthorIds(block.getEntries().getAuthors(4)))
                .isEqualTo("author-2");
    }

    @Test
    void aPageNobodyCouldReadIsADeadLetter() {
        TestOutputTopic<byte[], byte[]> dead = driver.createOutputTopic(
                SpineTopics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        send(enrol(3, 0));

        send(push("ann", 0, 3));
        send(TimelineRecord.getDefaultInstance());
        send(TimelineRecord.newBuilder()
                .setPushPost(
                        PushPost.newBuilder().setPostId(5).setReaders(ByteString.copyFrom(new byte[] {1, (byte) 0x80})))
                .build());
        byte[] withoutKey = FeedTopics.TIMELINE_PAGES.values().serializer().serialize("", push("ann", 5, 3));
        pages.pipeInput(withoutKey);
        send(push("ann", 6, 3));

        assertThat(dead.readValuesToList()).hasSize(4);
        assertThat(view(3, 0, 20).getEntries().getPostIdsList()).containsExactly(6L);
    }

    @Test
    void whoWaitsForARecordIsTold() {
        send(enrol(3, 0));
        send(push("ann", 5, 3));

        assertThat(owned.all().values().stream().map(OwnedPartition::decidedOffset))
                .containsExactly(1L);
    }

    private TestInputTopic<byte[], byte[]> pages() {
        return driver.createInputTopic(
                FeedTopics.TIMELINE_PAGES.name(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void send(TimelineRecord record) {
        pages.pipeInput(
                new byte[0], FeedTopics.TIMELINE_PAGES.values().serializer().serialize("", record));
    }

    static TimelineRecord enrol(int reader, int enrolment) {
        return TimelineRecord.newBuilder()
                .setEnrolReader(
                        EnrolReader.newBuilder().setReaderOrdinal(reader).setEnrolment(enrolment))
                .build();
    }

    private static TimelineRecord upTo(int partition, long post, long modeChange) {
        return TimelineRecord.newBuilder()
                .setPushedUpTo(PushedUpTo.newBuilder()
                        .setAuthorPartition(partition)
                        .setPostId(post)
                        .setNewestModeChange(modeChange))
                .build();
    }

    static TimelineRecord push(String author, long post, int... readers) {
        ByteString.Output page = ByteString.newOutput();
        int before = 0;
        for (int reader : readers) {
            int distance = reader - before;
            before = reader;
            if (distance > 127) {
                page.write((distance & 127) | 128);
                distance >>>= 7;
            }
            page.write(distance);
        }
        return TimelineRecord.newBuilder()
                .setPushPost(PushPost.newBuilder()
                        .setAuthorId(author)
                        .setPostId(post)
                        .setReaders(page.toByteString()))
                .build();
    }

    private TimelineView view(int reader, long before, int limit) {
        ReadOnlyKeyValueStore<Bytes, byte[]> store = Optional.ofNullable(
                        driver.getAllStateStores().get(TimelineTopology.STORE))
                .map(TimelineStore.class::cast)
                .orElseThrow();
        StateQuery query = StateQuery.newBuilder()
                .setName(FeedQueries.TIMELINE)
                .setArgument(TimelineQuestion.newBuilder()
                        .setReaderOrdinal(reader)
                        .setBefore(before)
                        .setLimit(limit)
                        .build()
                        .toByteString())
                .build();
        assertThat(topology.reader().decidedOffset(store)).isNotNegative();
        return (TimelineView)
                topology.reader().read(query, store, null, POSITION).orElseThrow();
    }
}
