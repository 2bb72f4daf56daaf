package dev.millrace.tickets.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.CatalogueFact;
import dev.millrace.tickets.topics.v1.CatalogueOutcome;
import dev.millrace.tickets.topics.v1.CatalogueRefusalReason;
import dev.millrace.tickets.topics.v1.Performer;
import dev.millrace.tickets.topics.v1.Venue;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Reply;
import dev.millrace.topics.v1.ReplyAddress;
import dev.millrace.topics.v1.StateQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CatalogueTopologyTest {
    private final OwnedPartitions partitions = new OwnedPartitions();
    private final CatalogueTopology catalogue =
            new CatalogueTopology(partitions, new DecisionMeters(new SimpleMeterRegistry(), "catalogue"));
    private final Topology topology = catalogue.addTo(new Topology());
    private final TopologyTestDriver driver = new TopologyTestDriver(topology, properties());
    private final TestInputTopic<String, CatalogueCommand> commands = driver.createInputTopic(
            TicketsTopics.CATALOGUE_COMMANDS.name(),
            new StringSerializer(),
            TicketsTopics.CATALOGUE_COMMANDS.values().serializer());
    private final TestOutputTopic<String, CatalogueFact> facts = driver.createOutputTopic(
            TicketsTopics.CATALOGUE_FACTS.name(),
            new StringDeserializer(),
            TicketsTopics.CATALOGUE_FACTS.values().deserializer());
    private final TestOutputTopic<byte[], Reply> replies = driver.createOutputTopic(
            SpineTopics.REPLIES.name(),
            new ByteArrayDeserializer(),
            SpineTopics.REPLIES.values().deserializer());
    private final TestOutputTopic<byte[], byte[]> deadLetters = driver.createOutputTopic(
            SpineTopics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());

    private static Properties properties() {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-catalogue");
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        return p;
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void definitionsOfOneVenueAreNumberedAndTheNewestIsTheState() throws Exception {
        assertThat(send("venue/hall", venue("1", "Hall")).getAcceptedVersion()).isEqualTo(1);
        assertThat(send("venue/hall", venue("2", "Great Hall")).getAcceptedVersion())
                .isEqualTo(2);
        assertThat(send("performer/trio", performer("3")).getAcceptedVersion()).isEqualTo(1);

        assertThat(state(TicketsQueries.VENUE, "venue/hall").map(Venue.class::cast))
                .hasValueSatisfying(venue -> {
                    assertThat(venue.getName()).isEqualTo("Great Hall");
                    assertThat(venue.getVersion()).isEqualTo(2);
                });
        assertThat(state(TicketsQueries.PERFORMER, "performer/trio").map(Performer.class::cast))
                .hasValueSatisfying(
                        performer -> assertThat(performer.getVersion()).isEqualTo(1));
        assertThat(state(TicketsQueries.VENUE, "venue/shed")).isEmpty();
    }

    @Test
    void aDefinitionIsAFactUnderItsKeyAtItsPlaceInTheLog() throws Exception {
        send("venue/hall", venue("1", "Hall"));

        List<KeyValue<String, CatalogueFact>> made = facts.readKeyValuesToList();

        assertThat(made).hasSize(1);
        assertThat(made.get(0).key).isEqualTo("venue/hall");
        assertThat(made.get(0).value.getVenueDefined().getVersion()).isEqualTo(1);
        assertThat(made.get(0).value.getPosition())
                .isEqualTo(Position.newBuilder().setLog("catalogue").build());
    }

    @Test
    void aRepeatedDefinitionGetsItsFirstNumber() throws Exception {
        send("venue/hall", venue("1", "Hall"));
        send("venue/hall", venue("2", "Great Hall"));
        facts.readValuesToList();

        assertThat(send("venue/hall", venue("1", "Hall")).getAcceptedVersion()).isEqualTo(1);
        assertThat(facts.isEmpty()).isTrue();
    }

    @Test
    void anotherDefinitionUnderAUsedKeyIsRefused() throws Exception {
        send("venue/hall", venue("1", "Hall"));

        CatalogueOutcome outcome = send("venue/hall", venue("1", "Shed"));

        assertThat(outcome.getRefused()).isEqualTo(CatalogueRefusalReason.CATALOGUE_IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void theNewestSixteenCommandsAreRemembered() throws Exception {
        for (int i = 1; i <= 17; i++) {
            send("venue/hall", venue(String.valueOf(i), "Hall"));
        }

        assertThat(send("venue/hall", venue("2", "Hall")).getAcceptedVersion()).isEqualTo(2);
        assertThat(send("venue/hall", venue("1", "Hall")).getAcceptedVersion()).isEqualTo(18);
    }

    @Test
    void aDefinitionUnderAnotherKeyIsADeadLetter() {
        commands.pipeInput("venue/other", venue("1", "Hall"));

        var letter = deadLetters.readRecord();

        assertThat(new String(
                        letter.headers().lastHeader("__streams.errors.message").value(), UTF_8))
                .isEqualTo("key: venue/other (expected: venue/hall)");
        assertThat(facts.isEmpty()).isTrue();
    }

    @Test
    void rulesNewerThanTheBuildStopTheThread() {
        CatalogueCommand.Builder adopt = CatalogueCommand.newBuilder()
                .setMeta(venue("1", "Hall").getMeta())
                .setAdoptRules(AdoptRules.newBuilder().setVersion(1));
        commands.pipeInput("any", adopt.build());

        assertThatThrownBy(() -> commands.pipeInput(
                        "any",
                        adopt.setAdoptRules(AdoptRules.newBuilder().setVersion(9))
                                .build()))
                .rootCause()
                .hasMessageContaining("rules version: 9 in partition 0 of catalogue (expected: at most 1");
    }

    @Test
    void theTopologyIsAsReviewed() {
        assertThat(topology.describe().toString()).isEqualTo(SeatClaimDriver.golden("catalogue-topology.txt"));
    }

    private CatalogueOutcome send(String key, CatalogueCommand command) throws InvalidProtocolBufferException {
        commands.pipeInput(key, command);
        return CatalogueOutcome.parseFrom(replies.readValue().getOutcome());
    }

    private Optional<?> state(String question, String key) {
        StateQuery query =
                StateQuery.newBuilder().setName(question).setOwner(key).build();
        return catalogue
                .reader()
                .read(
                        query,
                        driver.getKeyValueStore(CatalogueTopology.STORE),
                        partitions.get(0),
                        Position.getDefaultInstance());
    }

    private static CatalogueCommand venue(String key, String name) {
        return CatalogueCommand.newBuilder()
                .setMeta(meta(key, name))
                .setDefineVenue(Venue.newBuilder().setVenueId("hall").setName(name))
                .build();
    }

    private static CatalogueCommand performer(String key) {
        return CatalogueCommand.newBuilder()
                .setMeta(meta(key, "trio"))
                .setDefinePerformer(Performer.newBuilder().setPerformerId("trio"))
                .build();
    }

    private static CommandMeta meta(String key, String body) {
        return CommandMeta.newBuilder()
                .setCommandId(CommandId.of("admin", "PUT", "/", key).bytes())
                .setBodyHash(CommandId.hashOf(body.getBytes(UTF_8)))
                .setReplyTo(ReplyAddress.newBuilder().setEpoch(1))
                .build();
    }
}
