package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.files.topics.MarkerKeys;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import java.util.ArrayList;
import java.util.List;

/** What marks an epoch in every partition of namespaces, as bytes of NamespaceCommands: the same however often. */
final class EpochMarkers {
    private static final String SUBJECT = "millrace:hashing";

    private EpochMarkers() {}

    /** @param run in hex */
    static List<byte[]> of(String run, long epoch, int partitions) {
        List<byte[]> markers = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            String id = SUBJECT + " epoch " + run + " " + epoch + " " + partition;
            markers.add(NamespaceCommand.newBuilder()
                    .setNamespaceId(MarkerKeys.of(partition, partitions))
                    .setMeta(CommandMeta.newBuilder()
                            .setCommandId(CommandId.hashOf(id.getBytes(UTF_8)))
                            .setSubject(SUBJECT))
                    .setMarkEpoch(MarkEpoch.newBuilder()
                            .setRun(CommandId.parse(run).bytes())
                            .setEpoch(epoch))
                    .build()
                    .toByteArray());
        }
        return markers;
    }
}
