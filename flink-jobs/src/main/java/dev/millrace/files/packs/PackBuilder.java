package dev.millrace.files.packs;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.PackIndex;
import dev.millrace.topics.CommandId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Chunks in, one object out: as many as fit into {@link #PACK_BYTES_MAX}, compressed, with an index behind them. No two
 * are the same, whatever is in them.
 */
public final class PackBuilder {
    /** Of a pack with its index. */
    public static final int PACK_BYTES_MAX = 16 * 1024 * 1024;

    /** More than one entry of the index ever has. */
    private static final int ENTRY_BYTES_MAX = 80;
    /** More than what is drawn has in the index. */
    private static final int DRAWN_BYTES_MAX = 2 * CommandId.BYTES;

    private static final int ZSTD_LEVEL = 3;

    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private final PackIndex.Builder index;

    /** @param drawn at random, for this pack only */
    public PackBuilder(CommandId drawn) {
        this.index = PackIndex.newBuilder().setDrawn(drawn.bytes());
    }

    /** False, and nothing is added, if it doesn't fit any more: then this pack is full. */
    public boolean add(ByteString sha256, byte[] chunk) {
        byte[] compressed = Zstd.compress(chunk, ZSTD_LEVEL);
        boolean zstd = compressed.length < chunk.length;
        byte[] stored = zstd ? compressed : chunk;
        long bytes = (long) chunks.size()
                + stored.length
                + (long) (index.getChunksCount() + 1) * ENTRY_BYTES_MAX
                + DRAWN_BYTES_MAX
                + Integer.BYTES;
        if (bytes > PACK_BYTES_MAX) {
            return false;
        }
        index.addChunks(ChunkPlace.newBuilder()
                .setSha256(sha256)
                .setSizeBytes(chunk.length)
                .setOffset(chunks.size())
                .setPackedBytes(stored.length)
                .setZstd(zstd));
        chunks.writeBytes(stored);
        return true;
    }

    public boolean isEmpty() {
        return index.getChunksCount() == 0;
    }

    /** Where each chunk lies, in the order in which they came. */
    public List<ChunkPlace> places() {
        return index.getChunksList();
    }

    /** The object's bytes. */
    public byte[] build() {
        byte[] last = index.build().toByteArray();
        return ByteBuffer.allocate(chunks.size() + last.length + Integer.BYTES)
                .put(chunks.toByteArray())
                .put(last)
                .putInt(last.length)
                .array();
    }
}
