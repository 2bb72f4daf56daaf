package dev.millrace.files.topics;

import com.google.protobuf.MessageLite;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.TopicSpec.Cleanup;
import dev.millrace.topics.TopicSpec.Partitions;
import dev.millrace.topics.TopicSpec.Timestamps;
import dev.millrace.topics.WireSerde;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Topics of files. */
public final class FilesTopics {
    /** Log name of namespaces' commands and facts, as in positions. */
    public static final String NAMESPACES = "namespaces";

    /** Log name of accesses to contents; as many partitions as namespaces have. */
    public static final String ACCESSES = "accesses";

    /** Log name of users' change feeds; as many partitions as namespaces have. */
    public static final String SYNCS = "syncs";

    /** Log name of what is stored; as many partitions as namespaces have. */
    public static final String CHUNKS = "chunks";

    /** How long it is kept who downloaded what. */
    public static final Duration ACCESSES_KEPT = Duration.ofDays(30);

    /** A step of a purge names at most 100 nodes or versions, of 1.5 KB at most. */
    private static final int RECORD_BYTES_MAX = 256 * 1024;

    private static final Duration DECIDED_KEPT = Duration.ofDays(30);

    public static final TopicSpec<NamespaceCommand> NAMESPACE_COMMANDS = topic(
            "files.namespace-commands",
            NAMESPACES,
            NamespaceCommand.getDefaultInstance(),
            NamespaceCommand.class,
            Optional.of(DECIDED_KEPT),
            "What is asked of namespaces, and what was found in uploaded content, in the order their owner decides it.");

    public static final TopicSpec<NamespaceFact> NAMESPACE_FACTS = topic(
            "files.namespace-facts",
            NAMESPACES,
            NamespaceFact.getDefaultInstance(),
            NamespaceFact.class,
            Optional.empty(),
            "Every step of every namespace: the source of change feeds, databases and the chunks' reference counts.");

    public static final TopicSpec<AccessFact> ACCESS_FACTS = topic(
            "files.access-facts",
            ACCESSES,
            AccessFact.getDefaultInstance(),
            AccessFact.class,
            Optional.of(ACCESSES_KEPT),
            "Every URL that was given out for a content, and every use of one: a file's owner sees who downloaded it.");

    public static final TopicSpec<SyncEvent> SYNC_EVENTS = topic(
            "files.sync-events",
            SYNCS,
            SyncEvent.getDefaultInstance(),
            SyncEvent.class,
            Optional.of(DECIDED_KEPT),
            "What each step of a namespace means for each user who can see it, by the user's own namespace: the source of"
                    + " what devices are told and of the change history.");

    public static final TopicSpec<ChunkFact> CHUNK_FACTS = topic(
            "files.chunk-facts",
            CHUNKS,
            "pack in hex",
            ChunkFact.getDefaultInstance(),
            ChunkFact.class,
            Optional.of(DECIDED_KEPT),
            "Which chunks nobody will ever name again, and which objects of the bucket go: bytes are deleted only after"
                    + " it is said here.");

    public static final List<TopicSpec<?>> ALL =
            List.of(NAMESPACE_COMMANDS, NAMESPACE_FACTS, ACCESS_FACTS, SYNC_EVENTS, CHUNK_FACTS);

    private FilesTopics() {}

    private static <T extends MessageLite> TopicSpec<T> topic(
            String name, String log, T empty, Class<T> type, Optional<Duration> kept, String why) {
        return topic(name, log, "namespace id", empty, type, kept, why);
    }

    private static <T extends MessageLite> TopicSpec<T> topic(
            String name, String log, String key, T empty, Class<T> type, Optional<Duration> kept, String why) {
        return new TopicSpec<>(
                name,
                log,
                key,
                WireSerde.of(empty),
                type,
                true,
                new Partitions(64, 8),
                kept,
                Cleanup.DELETE,
                Timestamps.LOG_APPEND_TIME,
                RECORD_BYTES_MAX,
                why);
    }
}
