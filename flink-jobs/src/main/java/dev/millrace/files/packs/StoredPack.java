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

        public Damaged(String why) {
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
        byte[] chunk = new byte[place.getSizeBytes()];
        unpack(place, bytes, place.getOffset(), chunk, 0);
        return chunk;
    }

    /**
     * Unpacks a chunk, and holds it against its hash.
     *
     * @param from where it begins in the bytes that were read of its pack: they have all of it
     * @param at where it goes, as many bytes as it has
     * @throws Damaged if that isn't the chunk
     */
    public static void unpack(ChunkPlace place, byte[] packed, int from, byte[] into, int at) throws Damaged {
        int size = place.getSizeBytes();
        String chunk = "chunk at " + place.getOffset();
        if (place.getZstd()) {
            try {
                long got = Zstd.decompressByteArray(into, at, size, packed, from, place.getPackedBytes());
                if (got != size) {
                    throw new Damaged(chunk + ": " + got + " bytes unpacked (expected: " + size + ")");
                }
            } catch (ZstdException e) {
                throw new Damaged(chunk + ": it can't be unpacked", e);
            }
        } else if (place.getPackedBytes() == size) {
            System.arraycopy(packed, from, into, at, size);
        } else {
            throw new Damaged(chunk + ": " + place.getPackedBytes() + " bytes (expected: " + size + ")");
        }
        if (!Sha256.of(into, at, size).equals(place.getSha256())) {
            throw new Damaged(chunk + ": another hash");
        }
    }
}
