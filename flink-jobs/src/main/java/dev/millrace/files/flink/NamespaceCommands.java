package dev.millrace.files.flink;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.NamespaceCommand;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/**
 * Commands, given as messages' bytes, to the partition of their namespace's owner: each at least once, in no transaction,
 * as every command. Their ids make the owner decide each one once.
 */
final class NamespaceCommands {
    static final TopicMessages<NamespaceCommand> MESSAGES = new TopicMessages<>(
            () -> FilesTopics.NAMESPACE_COMMANDS, NamespaceCommand::parseFrom, NamespaceCommand::getNamespaceId);

    private static final int BUFFER_BYTES = 16 << 20;

    private NamespaceCommands() {}

    static KafkaSink<byte[]> to(String bootstrap) {
        return MESSAGES.atLeastOnce(bootstrap, "millrace-files-hashing", BUFFER_BYTES);
    }
}
