package dev.millrace.feed.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.millrace.feed.rules.fanout.Heat;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.AuthorMode;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.FollowOutcome;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostOutcome;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Reply;
import dev.millrace.topics.v1.ReplyAddress;
import dev.millrace.topics.v1.StateQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The feed's three topologies side by side, as three applications, with the relay between them done by hand. */
final class FeedDriver implements AutoCloseable {
    private static final ReplyAddress HERE =
            ReplyAddress.newBuilder().setPartition(0).setEpoch(1).build();

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final OwnedPartitions postPartitions = new OwnedPartitions();
    final OwnedPartitions followPartitions = new OwnedPartitions();
    final Topology postTopology;
    final Topology followTopology;
    final Topology audienceTopology;

    private final StateReader postReader;
    private final StateReader followReader;
    private final StateReader audienceReader;
    private final TopologyTestDriver posts;
    private final TopologyTestDriver follows;
    private final TopologyTestDriver audiences;
    private final TestInputTopic<String, PostCommand> postCommands;
    private final TestInputTopic<String, FollowCommand> followCommands;
    private final TestInputTopic<String, AudienceChange> changes;
    private final TestInputTopic<String, PostFact> postsToAudience;

    FeedDriver() {
        PostTopology postParts = new PostTopology(postPartitions, new DecisionMeters(registry, "posts"));
        FollowTopology followParts = new FollowTopology(followPartitions, new DecisionMeters(registry, "follows"));
        AudienceTopology audienceParts = new AudienceTopology(new OwnedPartitions(), FanOutSettings.of(new Heat(3, 2)));
        postReader = postParts.reader();
        followReader = followParts.reader();
        audienceReader = audienceParts.reader();
        postTopology = postParts.addTo(new Topology());
        followTopology = followParts.addTo(new Topology());
        audienceTopology = audienceParts.addTo(new Topology());
        posts = new TopologyTestDriver(postTopology, properties("millrace-posts"));
        follows = new TopologyTestDriver(followTopology, properties("millrace-follows"));
        audiences = new TopologyTestDriver(audienceTopology, properties("millrace-audience"));
        postCommands = input(posts, FeedTopics.POST_COMMANDS);
        followCommands = input(follows, FeedTopics.FOLLOW_COMMANDS);
        changes = input(audiences, FeedTopics.AUDIENCE_CHANGES);
        postsToAudience = input(audiences, FeedTopics.POST_FACTS);
    }

    /** What was sent to timelines since this was last asked. */
    List<TimelineRecord> pages() {
        return read(audiences, FeedTopics.TIMELINE_PAGES).stream()
                .map(page -> page.value)
                .toList();
    }

    /** Which authors' modes have changed since this was last asked. */
    List<AuthorMode> modes() {
        return read(audiences, FeedTopics.AUTHOR_MODES).stream()
                .map(mode -> mode.value)
                .toList();
    }

    void advance(Duration time) {
        audiences.advanceWallClockTime(time);
    }

    private static Properties properties(String application) {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        return p;
    }

    private static <V> TestInputTopic<String, V> input(TopologyTestDriver driver, TopicSpec<V> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), topic.values().serializer());
    }

    private static <V> List<KeyValue<String, V>> read(TopologyTestDriver driver, TopicSpec<V> topic) {
        TestOutputTopic<String, V> output = driver.createOutputTopic(
                topic.name(), new StringDeserializer(), topic.values().deserializer());
        return output.readKeyValuesToList();
    }

    private static Reply reply(TopologyTestDriver driver) {
        return driver.createOutputTopic(
                        SpineTopics.REPLIES.name(),
                        new ByteArrayDeserializer(),
                        SpineTopics.REPLIES.values().deserializer())
                .readValue();
    }

    /** Without looking at the reply. */
    void send(String key, PostCommand command) {
        postCommands.pipeInput(key, command);
    }

    PostOutcome post(PostCommand command, long atMillis) throws InvalidProtocolBufferException {
        PostCommand.Builder asking = command.toBuilder();
        asking.getMetaBuilder().setReplyTo(HERE);
        postCommands.pipeInput(command.getAuthorId(), asking.build(), Instant.ofEpochMilli(atMillis));
        return PostOutcome.parseFrom(reply(posts).getOutcome());
    }

    FollowOutcome follow(FollowCommand command) throws InvalidProtocolBufferException {
        FollowCommand.Builder asking = command.toBuilder();
        asking.getMetaBuilder().setReplyTo(HERE);
        followCommands.pipeInput(command.getReaderId(), asking.build());
        return FollowOutcome.parseFrom(reply(follows).getOutcome());
    }

    /** Without a reply, as many as you like. */
    void send(FollowCommand command) {
        followCommands.pipeInput(command.getReaderId(), command);
    }

    /** How many answers the readers' owner remembers. */
    int followAnswersRemembered() {
        KeyValueStore<Bytes, byte[]> store = follows.getKeyValueStore(FollowTopology.STORE);
        int answers = 0;
        try (KeyValueIterator<Bytes, byte[]> found = store.prefixScan("X", new StringSerializer())) {
            for (; found.hasNext(); found.next()) {
                answers++;
            }
        }
        return answers;
    }

    List<KeyValue<String, PostFact>> postFacts() {
        return read(posts, FeedTopics.POST_FACTS);
    }

    List<KeyValue<String, FollowFact>> followFacts() {
        return read(follows, FeedTopics.FOLLOW_FACTS);
    }

    List<KeyValue<String, AudienceChange>> audienceChanges() {
        return read(follows, FeedTopics.AUDIENCE_CHANGES);
    }

    List<KeyValue<String, byte[]>> deadPosts() {
        return read(posts, SpineTopics.DEAD_LETTERS);
    }

    void toAudience(AudienceChange change) {
        changes.pipeInput(change.getAuthorId(), change);
    }

    void toAudience(PostFact fact) {
        postsToAudience.pipeInput(fact.getAuthorId(), fact);
    }

    List<KeyValue<String, AudienceFact>> audienceFacts() {
        return read(audiences, FeedTopics.AUDIENCE_FACTS);
    }

    /** Carries everything to whom it concerns until nothing is left. Returns what the audience's side said. */
    List<AudienceFact> settle() {
        List<AudienceFact> said = new ArrayList<>();
        boolean moved = true;
        while (moved) {
            moved = false;
            for (KeyValue<String, PostFact> fact : postFacts()) {
                toAudience(fact.value);
            }
            for (KeyValue<String, FollowFact> fact : followFacts()) {
                Optional<FollowCommand> block = FollowRelay.block(fact.value);
                block.ifPresent(this::send);
                moved |= block.isPresent();
            }
            for (KeyValue<String, AudienceChange> change : audienceChanges()) {
                toAudience(change.value);
                moved = true;
            }
            for (KeyValue<String, AudienceFact> fact : audienceFacts()) {
                said.add(fact.value);
                FollowRelay.acknowledgement(fact.value).ifPresent(this::send);
                moved = true;
            }
        }
        return said;
    }

    KeyValueStore<Bytes, byte[]> postStore() {
        return posts.getKeyValueStore(PostTopology.STORE);
    }

    <T> Optional<T> askPosts(StateQuery query, Class<T> type) {
        return ask(postReader, posts, PostTopology.STORE, "posts", query, type);
    }

    <T> Optional<T> askFollows(StateQuery query, Class<T> type) {
        return ask(followReader, follows, FollowTopology.STORE, "follows", query, type);
    }

    <T> Optional<T> askAudience(StateQuery query, Class<T> type) {
        return ask(audienceReader, audiences, AudienceTopology.STORE, "audience", query, type);
    }

    private static <T> Optional<T> ask(
            StateReader reader, TopologyTestDriver driver, String store, String log, StateQuery query, Class<T> type) {
        KeyValueStore<Bytes, byte[]> state = driver.getKeyValueStore(store);
        Position included = Position.newBuilder()
                .setLog(log)
                .setOffset(reader.decidedOffset(state))
                .build();
        Optional<? extends MessageLite> found = reader.read(query, state, null, included);
        return found.map(type::cast);
    }

    @Override
    public void close() {
        posts.close();
        follows.close();
        audiences.close();
    }
}
