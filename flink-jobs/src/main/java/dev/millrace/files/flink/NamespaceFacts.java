package dev.millrace.files.flink;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.NamespaceFact;
import org.apache.flink.connector.kafka.source.KafkaSource;

/** The facts of every namespace from their topic, as messages' bytes: each was decided, whatever became of its decider. */
final class NamespaceFacts {
    private static final TopicMessages<NamespaceFact> MESSAGES = new TopicMessages<>(
            () -> FilesTopics.NAMESPACE_FACTS, NamespaceFact::parseFrom, NamespaceFact::getNamespaceId);

    private NamespaceFacts() {}

    /**
     * Goes on where the job's checkpoint was; without one from the beginning.
     *
     * @param job which reads them
     */
    static KafkaSource<byte[]> from(String bootstrap, String job) {
        return MESSAGES.from(bootstrap, "millrace-" + job);
    }

    /** The same, for what may be half a second later. */
    static KafkaSource<byte[]> inBatches(String bootstrap, String job) {
        return MESSAGES.inBatches(bootstrap, "millrace-" + job);
    }
}
