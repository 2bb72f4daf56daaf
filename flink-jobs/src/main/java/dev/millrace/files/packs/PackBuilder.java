package dev.millrace.files.packs;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.PackIndex;
import dev.millrace.topics.CommandId;
import java.nio.ByteBuffer;
import java.util.Arrays;
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

    private final PackIndex.Builder index;
    /** Chunks one behind the other as they are stored, and room. Kept for the next pack: it is large, and long-lived. */
    private byte[] chunks = {};

    private int chunkBytes;

    /** @param drawn at random, for this pack only */
    public PackBuilder(CommandId drawn) {
        this.index = PackIndex.newBuilder().setDrawn(drawn.bytes());
    }

    /** Begins another pack; what {@link #build} gave stays as it is. */
    public void begin(CommandId drawn) {
        index.clear().setDrawn(drawn.bytes());
        chunkBytes = 0;
    }

    /** False, and nothing is added, if it doesn't fit any more: then this pack is full. */
    public boolean add(ByteString sha256, byte[] chunk) {
        int most = (int) Zstd.compressBound(chunk.length);
        if (chunks.length < chunkBytes + most) {
            chunks = Arrays.copyOf(chunks, Math.max(chunkBytes + most, Math.min(2 * chunks.length, PACK_BYTES_MAX)));
        }
        long compressed = Zstd.compressByteArray(chunks, chunkBytes, most, chunk, 0, chunk.length, ZSTD_LEVEL);
        if (Zstd.isError(compressed)) {
            throw new IllegalStateException("zstd: " + Zstd.getErrorName(compressed));
        }
        boolean zstd = compressed < chunk.length;
        int stored = zstd ? (int) compressed : chunk.length;
        long bytes = (long) chunkBytes
                + stored
                + (long) (index.getChunksCount() + 1) * ENTRY_BYTES_MAX
                + DRAWN_BYTES_MAX
                + Integer.BYTES;
        if (bytes > PACK_BYTES_MAX) {
            return false;
        }
        if (!zstd) {
            System.arraycopy(chunk, 0, chunks, chunkBytes, stored);
        }
        index.addChunks(ChunkPlace.newBuilder()
                .setSha256(sha256)
                .setSizeBytes(chunk.length)
                .setOffset(chunkBytes)
                .setPackedBytes(stored)
                .setZstd(zstd));
        chunkBytes += stored;
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
        return ByteBuffer.allocate(chunkBytes + last.length + Integer.BYTES)
                .put(chunks, 0, chunkBytes)
                .put(last)
                .putInt(last.length)
                .array();
    }
}
