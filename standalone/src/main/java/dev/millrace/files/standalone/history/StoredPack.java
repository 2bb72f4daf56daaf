package dev.millrace.files.standalone.history;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.PackIndex;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A pack by its format: chunks, which they are, and how many bytes that takes. */
final class StoredPack {
    private final byte[] bytes;
    private final List<ChunkPlace> places;

    private StoredPack(byte[] bytes, List<ChunkPlace> places) {
        this.bytes = bytes;
        this.places = places;
    }

    /**
     * Empty if it isn't the pack of that name, or none at all.
     *
     * @param name SHA-256 in hex
     */
    static Optional<StoredPack> of(String name, byte[] bytes) {
        int end = bytes.length - Integer.BYTES;
        if (end < 0 || !Hash.hex(bytes).equals(name)) {
            return Optional.empty();
        }
        int indexBytes = ByteBuffer.wrap(bytes).getInt(end);
        if (indexBytes < 0 || indexBytes > end) {
            return Optional.empty();
        }
        try {
            ByteBuffer index = ByteBuffer.wrap(bytes, end - indexBytes, indexBytes);
            return Optional.of(new StoredPack(bytes, PackIndex.parseFrom(index).getChunksList()));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** As it says itself what it has. */
    List<ChunkPlace> places() {
        return places;
    }

    /** Whether the chunk lies there, bit for bit. */
    boolean has(ChunkPlace place) {
        long end = (long) place.getOffset() + place.getPackedBytes();
        if (place.getOffset() < 0 || place.getPackedBytes() < 0 || end > bytes.length) {
            return false;
        }
        byte[] packed = Arrays.copyOfRange(bytes, place.getOffset(), (int) end);
        try {
            byte[] chunk = place.getZstd() ? Zstd.decompress(packed, place.getSizeBytes()) : packed;
            return chunk.length == place.getSizeBytes() && Hash.hex(chunk).equals(Hash.hex(place.getSha256()));
        } catch (ZstdException e) {
            return false;
        }
    }
}
