package dev.millrace.files.standalone;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.content.ContentBucket;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/** A content that was written to the bucket as contents.proto says, without the job that will do it. */
record WrittenContent(ByteString sha256, ManifestRef root) {
    private static final int CHUNK_BYTES = 50_000;
    private static final int LEAF_CHUNKS = 1_024;

    /** In one pack; of two levels if it is more than a leaf's chunks. */
    static WrittenContent write(ContentBucket bucket, byte[] content) {
        ByteArrayOutputStream pack = new ByteArrayOutputStream();
        Manifest.Builder top = Manifest.newBuilder().setLevel(1);
        Manifest.Builder chunks = Manifest.newBuilder();
        for (int at = 0; at < content.length; at += CHUNK_BYTES) {
            byte[] chunk = Arrays.copyOfRange(content, at, Math.min(content.length, at + CHUNK_BYTES));
            byte[] zstd = Zstd.compress(chunk);
            byte[] packed = zstd.length < chunk.length ? zstd : chunk;
            chunks.addChunks(ChunkPlace.newBuilder()
                    .setSha256(hash(chunk))
                    .setSizeBytes(chunk.length)
                    .setOffset(pack.size())
                    .setPackedBytes(packed.length)
                    .setZstd(packed == zstd));
            pack.writeBytes(packed);
        }
        ByteString packId = hash(pack.toByteArray());
        bucket.write(ContentKeys.pack(packId), pack.toByteArray());
        for (int from = 0; from == 0 || from < chunks.getChunksCount(); from += LEAF_CHUNKS) {
            int to = Math.min(chunks.getChunksCount(), from + LEAF_CHUNKS);
            top.addNodes(put(
                    bucket,
                    Manifest.newBuilder()
                            .addPacks(packId)
                            .addAllChunks(chunks.getChunksList().subList(from, to))
                            .build()));
        }
        ManifestRef root = top.getNodesCount() == 1 ? top.getNodes(0) : put(bucket, top.build());
        return new WrittenContent(hash(content), root);
    }

    private static ManifestRef put(ContentBucket bucket, Manifest manifest) {
        ByteString id = hash(manifest.toByteArray());
        bucket.write(ContentKeys.manifest(id), manifest.toByteArray());
        long below = manifest.getChunksList().stream()
                        .mapToLong(ChunkPlace::getSizeBytes)
                        .sum()
                + manifest.getNodesList().stream()
                        .mapToLong(ManifestRef::getSizeBytes)
                        .sum();
        return ManifestRef.newBuilder().setSha256(id).setSizeBytes(below).build();
    }

    private static ByteString hash(byte[] bytes) {
        return ByteString.copyFrom(HexFormat.of().parseHex(Sender.sha256(bytes)));
    }
}
