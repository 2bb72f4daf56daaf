package dev.millrace.files.flink;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.ChunkDeleted;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.PackDeleted;
import dev.millrace.topics.Sha256;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;

/**
 * What was decided for good of chunks and packs, as messages' bytes, to its topic and from it: each exactly once, in
 * transactions that end with the job's checkpoints. So what is read there is in a checkpoint that is complete. What a
 * transaction loses, as the job was away for too long, are bytes that stay though nobody names them.
 */
final class ChunkFacts {
    private static final TopicMessages<ChunkFact> MESSAGES = new TopicMessages<>(
            () -> FilesTopics.CHUNK_FACTS, ChunkFact::parseFrom, fact -> Sha256.hex(fact.getPack()));

    private static final String NAME = "millrace-files-chunks";
    private static final int BUFFER_BYTES = 2 << 20;

    private ChunkFacts() {}

    /** @param chunk SHA-256 in hex, as that of the pack */
    static byte[] chunkDeleted(String chunk, String pack, long nowMillis) {
        return of(pack, nowMillis)
                .setChunkDeleted(ChunkDeleted.newBuilder().setSha256(Sha256.parse(chunk)))
                .build()
                .toByteArray();
    }

    /** @param object SHA-256 in hex of what goes, as that of the pack */
    static byte[] packDeleted(String pack, String object, long storedBytes, boolean last, long nowMillis) {
        return of(pack, nowMillis)
                .setPackDeleted(PackDeleted.newBuilder()
                        .setObject(Sha256.parse(object))
                        .setStoredBytes(storedBytes)
                        .setLast(last))
                .build()
                .toByteArray();
    }

    private static ChunkFact.Builder of(String pack, long nowMillis) {
        return ChunkFact.newBuilder().setPack(Sha256.parse(pack)).setAtMillis(nowMillis);
    }

    /** What a fact is keyed by: its pack, in hex. */
    static String packOf(byte[] message) {
        return MESSAGES.keyOf(message);
    }

    static ChunkFact parse(byte[] message) {
        return MESSAGES.parse(message);
    }

    static KafkaSink<byte[]> to(String bootstrap) {
        return MESSAGES.exactlyOnce(bootstrap, NAME, BUFFER_BYTES);
    }

    /** Goes on where the job's checkpoint was; without one from the beginning. */
    static KafkaSource<byte[]> from(String bootstrap) {
        return MESSAGES.from(bootstrap, NAME);
    }
}
