package dev.millrace.topics;

import dev.millrace.topics.TopicSpec.Cleanup;
import dev.millrace.topics.TopicSpec.Partitions;
import dev.millrace.topics.TopicSpec.Timestamps;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.AccountFact;
import dev.millrace.topics.v1.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;

/** Topics that every product uses. */
public final class SpineTopics {
    public static final TopicSpec<Reply> REPLIES = new TopicSpec<>(
            "millrace.replies",
            "replies",
            "none; the partition is the waiting ingest instance's own",
            WireSerde.of(Reply.getDefaultInstance()),
            Reply.class,
            false,
            new Partitions(64, 8),
            Optional.of(Duration.ofHours(1)),
            Cleanup.DELETE,
            Timestamps.CREATE_TIME,
            64 * 1024,
            "Outcomes on their way to the ingest instance that waits for them; a late one is asked for again by its key.");

    /** Takes the largest command (4 MiB) and the headers that say what was wrong with it. */
    public static final TopicSpec<byte[]> DEAD_LETTERS = new TopicSpec<>(
            "millrace.dead-letters",
            "dead-letters",
            "as in the topic it came from",
            Serdes.ByteArray(),
            byte[].class,
            false,
            new Partitions(1, 1),
            Optional.of(Duration.ofDays(30)),
            Cleanup.DELETE,
            Timestamps.CREATE_TIME,
            5 * 1024 * 1024,
            "Records nobody could read, with topic, partition, offset and reason as headers.");

    /** Log name of account commands and facts, as in positions. */
    public static final String ACCOUNTS = "accounts";

    public static final TopicSpec<AccountCommand> ACCOUNT_COMMANDS = new TopicSpec<>(
            "millrace.account-commands",
            ACCOUNTS,
            "user id",
            WireSerde.of(AccountCommand.getDefaultInstance()),
            AccountCommand.class,
            true,
            new Partitions(64, 8),
            Optional.of(Duration.ofDays(30)),
            Cleanup.DELETE,
            Timestamps.LOG_APPEND_TIME,
            64 * 1024,
            "Changes to accounts, for their owner to decide.");

    public static final TopicSpec<AccountFact> ACCOUNT_FACTS = new TopicSpec<>(
            "millrace.account-facts",
            ACCOUNTS,
            "user id",
            WireSerde.of(AccountFact.getDefaultInstance()),
            AccountFact.class,
            true,
            new Partitions(64, 8),
            Optional.empty(),
            Cleanup.COMPACT,
            Timestamps.LOG_APPEND_TIME,
            64 * 1024,
            "Every account as it is; whoever checks tokens reads from it which are closed.");

    public static final List<TopicSpec<?>> ALL = List.of(REPLIES, DEAD_LETTERS, ACCOUNT_COMMANDS, ACCOUNT_FACTS);

    private SpineTopics() {}
}
