package dev.millrace.streams.accounts;

import static dev.millrace.streams.accounts.AccountCommands.ALICE;
import static dev.millrace.streams.accounts.AccountCommands.close;
import static dev.millrace.streams.accounts.AccountCommands.profile;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.topics.SpineQueries;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.AccountFact;
import dev.millrace.topics.v1.AccountOutcome;
import dev.millrace.topics.v1.AccountRefusalReason;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Reply;
import dev.millrace.topics.v1.StateQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
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
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountTopologyTest {
    private final OwnedPartitions partitions = new OwnedPartitions();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AccountTopology accounts = new AccountTopology(partitions, new DecisionMeters(registry, "accounts"));
    private final Topology topology = accounts.addTo(new Topology());
    private final TopologyTestDriver driver = new TopologyTestDriver(topology, properties());
    private final TestInputTopic<String, AccountCommand> commands = driver.createInputTopic(
            SpineTopics.ACCOUNT_COMMANDS.name(),
            new StringSerializer(),
            SpineTopics.ACCOUNT_COMMANDS.values().serializer());
    private final TestOutputTopic<String, AccountFact> facts = driver.createOutputTopic(
            SpineTopics.ACCOUNT_FACTS.name(),
            new StringDeserializer(),
            SpineTopics.ACCOUNT_FACTS.values().deserializer());
    private final TestOutputTopic<byte[], Reply> replies = driver.createOutputTopic(
            SpineTopics.REPLIES.name(),
            new ByteArrayDeserializer(),
            SpineTopics.REPLIES.values().deserializer());
    private final TestOutputTopic<byte[], byte[]> deadLetters = driver.createOutputTopic(
            SpineTopics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());

    private static Properties properties() {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-accounts");
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        return p;
    }

    @AfterEach
    void closeDriver() {
        driver.close();
    }

    @Test
    void aProfileIsAFactUnderItsUserAndTheAccountsState() throws Exception {
        Account answered = send(ALICE, profile("1", "Alice")).getAccepted();

        KeyValue<String, AccountFact> fact = facts.readKeyValue();
        assertThat(fact.key).isEqualTo(ALICE);
        assertThat(fact.value.getPosition())
                .isEqualTo(Position.newBuilder().setLog("accounts").build());
        assertThat(fact.value.getAccount()).isEqualTo(answered);
        assertThat(state(ALICE)).hasValue(answered);
        assertThat(state("bob")).isEmpty();
        assertThat(answered.getProfile().getName()).isEqualTo("Alice");
    }

    @Test
    void aClosedAccountTakesNoProfileAndIsClosedWithoutAnotherFact() throws Exception {
        send(ALICE, profile("1", "Alice"));
        Account closed = send(ALICE, close("2")).getAccepted();
        facts.readValuesToList();

        AccountOutcome described = send(ALICE, profile("3", "Alice"));
        AccountOutcome closedAgain = send(ALICE, close("4"));

        assertThat(closed.getClosed()).isTrue();
        assertThat(described.getRefused()).isEqualTo(AccountRefusalReason.ACCOUNT_CLOSED);
        assertThat(closedAgain.getAccepted()).isEqualTo(closed);
        assertThat(facts.isEmpty()).isTrue();
        assertThat(registry.counter("millrace.refusals", "log", "accounts", "reason", "ACCOUNT_CLOSED")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aRepeatedAnswerCarriesThePlaceOfTheNewestFact() {
        commands.pipeInput(ALICE, close("1"));
        commands.pipeInput(ALICE, profile("2", "Alice"));

        assertThat(replies.readValuesToList())
                .extracting(reply -> reply.getPosition().getOffset())
                .containsExactly(0L, 0L);
    }

    @Test
    void nothingInTheStoreRemembersAClosedAccountsProfile() throws Exception {
        send(ALICE, profile("1", "Alice"));
        send(ALICE, close("2"));

        KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(AccountTopology.STORE);
        try (var all = store.all()) {
            assertThat(all)
                    .toIterable()
                    .hasSize(2)
                    .allSatisfy(
                            entry -> assertThat(new String(entry.value, UTF_8)).doesNotContain("Alice", "example.org"));
        }
    }

    @Test
    void aCommandUnderAnotherUsersKeyIsADeadLetter() {
        commands.pipeInput("bob", close("1"));

        var letter = deadLetters.readRecord();

        assertThat(new String(
                        letter.headers().lastHeader("__streams.errors.message").value(), UTF_8))
                .isEqualTo("key: bob (expected: alice)");
        assertThat(facts.isEmpty()).isTrue();
    }

    @Test
    void rulesNewerThanTheBuildStopTheThread() {
        AccountCommand.Builder adopt =
                close("1").toBuilder().setAdoptRules(AdoptRules.newBuilder().setVersion(1));
        commands.pipeInput("any", adopt.build());

        assertThatThrownBy(() -> commands.pipeInput(
                        "any",
                        adopt.setAdoptRules(AdoptRules.newBuilder().setVersion(9))
                                .build()))
                .rootCause()
                .hasMessageContaining("rules version: 9 in partition 0 of accounts (expected: at most 1");
    }

    @Test
    void theTopologyIsAsReviewed() throws IOException {
        try (InputStream golden = Objects.requireNonNull(getClass().getResourceAsStream("/account-topology.txt"))) {
            assertThat(topology.describe().toString()).isEqualTo(new String(golden.readAllBytes(), UTF_8));
        }
    }

    private AccountOutcome send(String key, AccountCommand command) throws InvalidProtocolBufferException {
        commands.pipeInput(key, command);
        return AccountOutcome.parseFrom(replies.readValue().getOutcome());
    }

    private Optional<Account> state(String userId) {
        StateQuery query = StateQuery.newBuilder()
                .setName(SpineQueries.ACCOUNT)
                .setOwner(userId)
                .build();
        return accounts.reader()
                .read(
                        query,
                        driver.getKeyValueStore(AccountTopology.STORE),
                        partitions.get(0),
                        Position.getDefaultInstance())
                .map(Account.class::cast);
    }
}
