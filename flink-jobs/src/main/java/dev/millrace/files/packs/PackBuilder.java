package dev.millrace.files.packs;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.PackIndex;
import dev.millrace.topics.CommandId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

    /** One behind the other, as they are stored. */
    private final List<byte[]> chunks = new ArrayList<>();

    private final PackIndex.Builder index;
    private int chunkBytes;
    /** Whatever is compressed goes here first. */
    private byte[] scratch = {};

    /** @param drawn at random, for this pack only */
    public PackBuilder(CommandId drawn) {
        this.index = PackIndex.newBuilder().setDrawn(drawn.bytes());
    }

    /**
     * False, and nothing is added, if it doesn't fit any more: then this pack is full.
     *
     * @param chunk it is kept as it is, so nobody may change it
     */
    public boolean add(ByteString sha256, byte[] chunk) {
        byte[] stored = stored(chunk);
        boolean zstd = stored.length < chunk.length;
        long bytes = (long) chunkBytes
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
                .setOffset(chunkBytes)
                .setPackedBytes(stored.length)
                .setZstd(zstd));
        chunks.add(stored);
        chunkBytes += stored.length;
        return true;
    }

    /** The chunk itself unless it gets smaller. */
    private byte[] stored(byte[] chunk) {
        int most = (int) Zstd.compressBound(chunk.length);
        if (scratch.length < most) {
            scratch = new byte[most];
        }
        long compressed = Zstd.compressByteArray(scratch, 0, scratch.length, chunk, 0, chunk.length, ZSTD_LEVEL);
        if (Zstd.isError(compressed)) {
            throw new IllegalStateException("zstd: " + Zstd.getErrorName(compressed));
        }
        return compressed < chunk.length ? Arrays.copyOf(scratch, (int) compressed) : chunk;
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
        ByteBuffer all = ByteBuffer.allocate(chunkBytes + last.length + Integer.BYTES);
        chunks.forEach(all::put);
        return all.put(last).putInt(last.length).array();
    }
}
