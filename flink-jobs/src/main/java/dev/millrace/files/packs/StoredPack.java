package dev.millrace.files.packs;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.PackIndex;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A pack as it lies in the bucket, read by its own index. */
public final class StoredPack {
    private final byte[] bytes;
    private final PackIndex index;

    /** It isn't what it should be; reading it again gives the same. */
    public static final class Damaged extends IOException {
        private static final long serialVersionUID = 1;

        private Damaged(String why) {
            super(why);
        }

        private Damaged(String why, Throwable cause) {
            super(why, cause);
        }
    }

    private StoredPack(byte[] bytes, PackIndex index) {
        this.bytes = bytes;
        this.index = index;
    }

    /** @throws Damaged if it isn't a pack */
    public static StoredPack of(byte[] bytes) throws Damaged {
        int indexEnd = bytes.length - Integer.BYTES;
        int indexBytes = indexEnd < 0 ? -1 : ByteBuffer.wrap(bytes).getInt(indexEnd);
        if (indexBytes < 0 || indexBytes > indexEnd) {
            throw new Damaged(
                    "pack of " + bytes.length + " bytes: " + indexBytes + " bytes of index (expected: a pack)");
        }
        try {
            return new StoredPack(
                    bytes, PackIndex.parser().parseFrom(Arrays.copyOfRange(bytes, indexEnd - indexBytes, indexEnd)));
        } catch (InvalidProtocolBufferException e) {
            throw new Damaged("pack of " + bytes.length + " bytes: its index can't be read", e);
        }
    }

    /** Where each chunk lies, in the order in which they lie. */
    public List<ChunkPlace> places() {
        return index.getChunksList();
    }

    /** @throws Damaged if what lies there isn't the chunk */
    public byte[] chunk(ChunkPlace place) throws Damaged {
        int end = place.getOffset() + place.getPackedBytes();
        if (place.getOffset() < 0 || end < place.getOffset() || end > bytes.length) {
            throw new Damaged("chunk at " + place.getOffset() + " of a pack of " + bytes.length + " bytes: "
                    + place.getPackedBytes() + " bytes (expected: within it)");
        }
        byte[] stored = Arrays.copyOfRange(bytes, place.getOffset(), end);
        byte[] chunk;
        try {
            chunk = place.getZstd() ? Zstd.decompress(stored, place.getSizeBytes()) : stored;
        } catch (ZstdException e) {
            throw new Damaged("chunk at " + place.getOffset() + ": it can't be unpacked", e);
        }
        if (!Sha256.of(chunk).equals(place.getSha256())) {
            throw new Damaged("chunk at " + place.getOffset() + ": another hash");
        }
        return chunk;
    }
}
