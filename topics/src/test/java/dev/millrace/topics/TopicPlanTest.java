package dev.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.topics.TopicPlan.Found;
import dev.millrace.topics.TopicSpec.Size;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPlanTest {
    private static final TopicSpec<?> SPEC = TicketsTopics.SEAT_COMMANDS;

    @Test
    void theTextSaysWhatWouldBeCreated() {
        assertThat(TopicPlan.of(List.of(SPEC), Size.CLUSTER, 3, Map.of()).text())
                .isEqualTo("create  tickets.seat-commands: 64 partitions, 3 replicas, cleanup.policy=delete,"
                        + " max.message.bytes=4194304, message.timestamp.type=LogAppendTime, min.insync.replicas=2,"
                        + " retention.ms=2592000000\nas wanted: 0 topics\n");
    }

    @ParameterizedTest
    @CsvSource({
        "retention.ms, -1, refuse",
        "retention.ms, 2592000001, refuse",
        "retention.ms, 2591999999, change",
        "max.message.bytes, 4194305, refuse",
        "max.message.bytes, 1048576, change",
        "cleanup.policy, compact, refuse",
        "message.timestamp.type, CreateTime, change",
        "min.insync.replicas, 2, change",
    })
    void whatWouldLoseRecordsIsRefusedAndEverythingElseIsChanged(String setting, String onBroker, String expected) {
        Map<String, String> config = new TreeMap<>(SPEC.config(1));
        config.put(setting, onBroker);

        TopicPlan plan = plan(new Found(8, 1, config));

        assertThat(plan.steps())
                .singleElement()
                .satisfies(step -> assertThat(step.text()).startsWith(expected).contains(setting + " " + onBroker));
    }

    @Test
    void aMissingReplicaIsReportedAndLeft() {
        TopicPlan plan =
                TopicPlan.of(List.of(SPEC), Size.STANDALONE, 3, Map.of(SPEC.name(), new Found(8, 1, SPEC.config(1))));

        assertThat(plan.changesNothing()).isTrue();
        assertThat(plan.text()).contains("replicas 1 (expected: 3)");
    }

    @Test
    void whatKafkaStreamsMakesForItselfIsNoDifference() {
        Found asWanted = new Found(8, 1, SPEC.config(1));

        TopicPlan plan = TopicPlan.of(
                List.of(SPEC),
                Size.STANDALONE,
                1,
                Map.of(SPEC.name(), asWanted, "tickets.seats-seat-books-changelog", asWanted));

        assertThat(plan).isEqualTo(new TopicPlan(List.of(), 1));
    }

    @ParameterizedTest
    @CsvSource({"1", "7", "9", "64"})
    void aKeyedTopicKeepsItsPartitionCount(int partitions) {
        assertThat(plan(new Found(partitions, 1, SPEC.config(1))).refusals()).hasSize(1);
    }

    private static TopicPlan plan(Found found) {
        return TopicPlan.of(List.of(SPEC), Size.STANDALONE, 1, Map.of(SPEC.name(), found));
    }
}
