package dev.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.topics.TopicSpec.Size;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The plan against a real broker. */
class BrokerTopicsTest {
    private static TestBroker broker;
    private static Admin admin;
    private static BrokerTopics topics;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start();
        admin = broker.admin();
        topics = new BrokerTopics(admin, Duration.ofSeconds(30));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @AfterEach
    void deleteTopics() throws Exception {
        admin.deleteTopics(admin.listTopics().names().get()).all().get();
        await().until(() -> admin.listTopics().names().get().isEmpty());
    }

    @Test
    void anEmptyBrokerGetsTheWholeCatalogue() {
        TopicPlan plan = compare();

        assertThat(plan.steps()).hasSameSizeAs(TopicCatalogue.ALL).allMatch(TopicPlan.Create.class::isInstance);
        topics.apply(plan);

        assertThat(compare()).isEqualTo(new TopicPlan(List.of(), TopicCatalogue.ALL.size()));
    }

    @Test
    void applyingAPlanTwiceChangesNothingMore() {
        TopicPlan plan = compare();
        topics.apply(plan);

        topics.apply(plan);

        assertThat(compare().changesNothing()).isTrue();
    }

    @Test
    void aSettingThatDiffersIsPutRight() throws Exception {
        topics.apply(compare());
        var seatCommands = new ConfigResource(ConfigResource.Type.TOPIC, "tickets.seat-commands");
        admin.incrementalAlterConfigs(Map.of(
                        seatCommands,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("message.timestamp.type", "CreateTime"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        await().until(() -> !compare().changesNothing());

        TopicPlan plan = compare();

        assertThat(plan.text())
                .startsWith("change  tickets.seat-commands: message.timestamp.type CreateTime -> LogAppendTime\n");
        topics.apply(plan);
        assertThat(compare().changesNothing()).isTrue();
    }

    @Test
    void aKeyedTopicWithAnotherPartitionCountStopsEverything() throws Exception {
        create(new NewTopic("tickets.seat-commands", 3, (short) 1));

        TopicPlan plan = compare();

        assertThat(plan.refusals()).anyMatch(r -> r.text().contains("3 partitions (expected: 8)"));
        assertThatThrownBy(() -> topics.apply(plan))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("refuse  tickets.seat-commands: 3 partitions (expected: 8)");
        assertThat(admin.listTopics().names().get()).containsExactly("tickets.seat-commands");
    }

    @Test
    void aTopicWithoutKeysGrowsButNeverShrinks() throws Exception {
        topics.apply(compare());
        admin.deleteTopics(List.of(SpineTopics.REPLIES.name())).all().get();
        await().until(() -> !admin.listTopics().names().get().contains(SpineTopics.REPLIES.name()));
        create(new NewTopic(SpineTopics.REPLIES.name(), 2, (short) 1).configs(SpineTopics.REPLIES.config(1)));

        assertThat(compare().steps()).containsExactly(new TopicPlan.Grow(SpineTopics.REPLIES.name(), 2, 8));
        topics.apply(topics.compare(TopicCatalogue.ALL, Size.STANDALONE, 1));
        assertThat(compare().changesNothing()).isTrue();

        TopicPlan smaller = topics.compare(List.of(withFewerPartitions()), Size.STANDALONE, 1);
        assertThat(smaller.changesNothing()).isTrue();
        assertThat(smaller.text()).contains("8 partitions are more than 1, never shrunk");
    }

    @Test
    void aTopicTheCatalogueDoesNotKnowIsLeftAlone() throws Exception {
        topics.apply(compare());
        create(new NewTopic("tickets.of-yesterday", 1, (short) 1), new NewTopic("orders", 1, (short) 1));

        TopicPlan plan = compare();

        assertThat(plan.steps())
                .containsExactly(
                        new TopicPlan.Leave("tickets.of-yesterday", "not in the catalogue, never deleted unasked"));
        topics.apply(plan);
        assertThat(admin.listTopics().names().get()).contains("tickets.of-yesterday", "orders");
    }

    private static void create(NewTopic... created) throws Exception {
        admin.createTopics(List.of(created)).all().get();
        await().until(() -> admin.listTopics()
                .names()
                .get()
                .containsAll(Stream.of(created).map(NewTopic::name).toList()));
    }

    private static TopicSpec<?> withFewerPartitions() {
        var r = SpineTopics.REPLIES;
        return new TopicSpec<>(
                r.name(),
                r.log(),
                r.key(),
                r.values(),
                r.valueType(),
                r.keyed(),
                new TopicSpec.Partitions(1, 1),
                r.retention(),
                r.cleanup(),
                r.timestamps(),
                r.recordBytesMax(),
                r.why());
    }

    private TopicPlan compare() {
        return topics.compare(TopicCatalogue.ALL, Size.STANDALONE, 1);
    }
}
