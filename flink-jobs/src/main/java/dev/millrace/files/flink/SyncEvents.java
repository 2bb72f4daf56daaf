package dev.millrace.files.flink;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.SyncEvent;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/**
 * Events of change feeds, given as messages' bytes, to the partition of their user's namespace: each exactly once, in
 * transactions that end with the job's checkpoints.
 */
final class SyncEvents {
    static final TopicMessages<SyncEvent> MESSAGES =
            new TopicMessages<>(() -> FilesTopics.SYNC_EVENTS, SyncEvent::parseFrom, SyncEvent::getUserNamespaceId);

    private static final int BUFFER_BYTES = 8 << 20;

    private SyncEvents() {}

    static KafkaSink<byte[]> to(String bootstrap) {
        return MESSAGES.exactlyOnce(bootstrap, "millrace-files-sync", BUFFER_BYTES);
    }
}
