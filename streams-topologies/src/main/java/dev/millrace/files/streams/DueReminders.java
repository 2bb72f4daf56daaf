package dev.millrace.files.streams;

import dev.millrace.files.topics.v1.FallDue;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.streams.owner.OwnerReminders;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Reminds the owner of what is due: uploads that were abandoned, nodes whose time in the bin is over, shares that
 * expired. It only sends commands, so one that is early, late, lost or repeated does no harm.
 */
final class DueReminders implements OwnerReminders {
    private static final String SUBJECT = "millrace:reminder";
    private static final long REPEAT_MILLIS = Duration.ofSeconds(5).toMillis();
    /** So many in one go that the commands behind them don't notice. */
    private static final int AT_ONCE_MAX = 250;
    /** What was sent lately or has to wait is looked at, too. */
    private static final int LOOKED_AT_MAX = 10_000;

    private final Consumer<NamespaceCommand> log;
    /** When each was last sent; forgotten once it isn't due any more. */
    private Map<Bytes, Long> sent = new HashMap<>();

    DueReminders(Consumer<NamespaceCommand> log) {
        this.log = log;
    }

    @Override
    public void sendDue(ReadOnlyKeyValueStore<Bytes, byte[]> store, long nowMillis) {
        Map<Bytes, Long> stillDue = new HashMap<>();
        int sending = 0;
        try (KeyValueIterator<Bytes, byte[]> due =
                store.range(NamespaceKeys.dueFrom(0), NamespaceKeys.dueFrom(nowMillis + 1))) {
            while (due.hasNext() && sending < AT_ONCE_MAX && stillDue.size() < LOOKED_AT_MAX) {
                Bytes key = due.next().key;
                long before = sent.getOrDefault(key, nowMillis - REPEAT_MILLIS);
                boolean send = before <= nowMillis - REPEAT_MILLIS;
                if (send) {
                    log.accept(reminder(key));
                    sending++;
                }
                stillDue.put(key, send ? nowMillis : before);
            }
        }
        sent = stillDue;
    }

    private static NamespaceCommand reminder(Bytes key) {
        return NamespaceCommand.newBuilder()
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(CommandId.random().bytes())
                        .setSubject(SUBJECT))
                .setNamespaceId(NamespaceKeys.namespaceOfDue(key))
                .setFallDue(FallDue.newBuilder().setDue(NamespaceKeys.dueIn(key)))
                .build();
    }
}
