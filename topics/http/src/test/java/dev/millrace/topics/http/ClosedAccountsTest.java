package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.AccountFact;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClosedAccountsTest {
    private static final String TOPIC = SpineTopics.ACCOUNT_FACTS.name();
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final MockConsumer<byte[], byte[]> log = new MockConsumer<>("earliest");
    private final Readiness.Condition condition = new Readiness().condition("accounts");
    private final ClosedAccounts accounts = new ClosedAccounts(log, condition);
    private long next;

    @BeforeEach
    void makeTopic() {
        Node nobody = Node.noNode();
        log.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, nobody, new Node[0], new Node[0])));
        log.updateBeginningOffsets(Map.of(PARTITION, 0L));
        log.updateEndOffsets(Map.of(PARTITION, 3L));
    }

    @AfterEach
    void close() {
        accounts.close();
    }

    @Test
    void nobodyIsJudgedBeforeTheBeginningIsRead() {
        assertThat(condition.whyNot()).isPresent();
        assertThatThrownBy(() -> accounts.has("alice"))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.reason()).isEqualTo("LOG_UNAVAILABLE"));
    }

    @Test
    void accountsClosedBeforeAndAfterTheStartAreClosed() throws Exception {
        log.schedulePollTask(() -> {
            add(account("alice", false));
            add(account("bob", true));
            add(account("alice", true));
        });
        accounts.start();
        rest();

        assertThat(condition.whyNot()).isEmpty();
        assertThat(accounts.has("alice")).isTrue();
        assertThat(accounts.has("bob")).isTrue();
        assertThat(accounts.has("carol")).isFalse();

        log.schedulePollTask(() -> add(account("carol", true)));
        rest();

        assertThat(accounts.has("carol")).isTrue();
    }

    @Test
    void anUnreadableFactIsLeftOut() throws Exception {
        log.schedulePollTask(() -> {
            add(new byte[] {99});
            add(account("bob", true));
            add(account("carol", false));
        });
        accounts.start();
        rest();

        assertThat(accounts.has("bob")).isTrue();
        assertThat(accounts.has("carol")).isFalse();
    }

    /** Returns when what was scheduled before has been taken. */
    private void rest() throws InterruptedException {
        CountDownLatch polledAgain = new CountDownLatch(2);
        log.schedulePollTask(polledAgain::countDown);
        log.schedulePollTask(polledAgain::countDown);
        assertThat(polledAgain.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private void add(byte[] value) {
        log.addRecord(new ConsumerRecord<>(TOPIC, 0, next++, null, value));
    }

    private static byte[] account(String userId, boolean closed) {
        AccountFact fact = AccountFact.newBuilder()
                .setAccount(Account.newBuilder().setUserId(userId).setClosed(closed))
                .build();
        return SpineTopics.ACCOUNT_FACTS.values().serializer().serialize(TOPIC, fact);
    }
}
