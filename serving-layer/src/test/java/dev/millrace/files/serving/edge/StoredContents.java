package dev.millrace.files.serving.edge;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.MovedPack;
import dev.millrace.topics.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A bucket in memory, and contents written to it in the format of contents.proto, with trees as low or high as wanted. */
final class StoredContents implements ContentObjects {
    final Map<String, byte[]> objects = new HashMap<>();
    int packReads;
    int largestPackRead;

    private final Map<ByteString, List<ChunkPlace>> packs = new HashMap<>();
    private final int fanOut;
    private final int chunkBytesMax;
    private final int packChunks;
    private final int packsAtOnce;
    private final Random random;

    StoredContents(int fanOut, int chunkBytesMax, int packChunks, long seed) {
        this(fanOut, chunkBytesMax, packChunks, 1, seed);
    }

    /**
     * @param fanOut most chunks or nodes of a manifest
     * @param packsAtOnce that chunks are spread over
     */
    StoredContents(int fanOut, int chunkBytesMax, int packChunks, int packsAtOnce, long seed) {
        this.fanOut = fanOut;
        this.chunkBytesMax = chunkBytesMax;
        this.packChunks = packChunks;
        this.packsAtOnce = packsAtOnce;
        this.random = new Random(seed);
    }

    @Override
    public byte[] read(String key) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new ContentMissing(key);
        }
        return bytes;
    }

    @Override
    public void read(String key, long from, int bytes, Reading reading) {
        packReads++;
        largestPackRead = Math.max(largestPackRead, bytes);
        byte[] all = read(key);
        if (from + bytes > all.length) {
            throw new ContentDamaged(key + ": it ends");
        }
        try {
            reading.read(new ByteArrayInputStream(all, (int) from, bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each pack is written into another one, with its chunks in the opposite order, and goes. */
    void moveAllPacks() {
        packs.forEach((pack, places) -> {
            byte[] old = read(ContentKeys.pack(pack));
            ByteArrayOutputStream anew = new ByteArrayOutputStream();
            // No pack begins so.
            anew.write(0);
            MovedPack.Builder moved = MovedPack.newBuilder();
            for (int i = places.size() - 1; i >= 0; i--) {
                ChunkPlace place = places.get(i);
                moved.addChunks(place.toBuilder().setOffset(anew.size()));
                anew.write(old, place.getOffset(), place.getPackedBytes());
            }
            byte[] bytes = anew.toByteArray();
            objects.put(ContentKeys.pack(Sha256.of(bytes)), bytes);
            objects.put(
                    ContentKeys.moved(pack),
                    moved.setPack(Sha256.of(bytes)).build().toByteArray());
        });
        packs.keySet().forEach(pack -> objects.remove(ContentKeys.pack(pack)));
    }

    /** Returns the root. */
    ManifestRef write(byte[] content) {
        List<Placed> chunks = pack(content);
        List<ManifestRef> level = new ArrayList<>();
        for (int from = 0; from == 0 || from < chunks.size(); from += fanOut) {
            level.add(leaf(chunks.subList(from, Math.min(chunks.size(), from + fanOut))));
        }
        for (int height = 1; level.size() > 1; height++) {
            List<ManifestRef> above = new ArrayList<>();
            for (int from = 0; from < level.size(); from += fanOut) {
                above.add(put(Manifest.newBuilder()
                        .setLevel(height)
                        .addAllNodes(level.subList(from, Math.min(level.size(), from + fanOut)))
                        .build()));
            }
            level = above;
        }
        return level.get(0);
    }

    private record Placed(ChunkPlace chunk, ByteString pack) {}

    /** A pack that isn't written yet, and which chunks of the content are in it. */
    private static final class OpenPack {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<ChunkPlace> chunks = new ArrayList<>();
        final List<Integer> indexes = new ArrayList<>();
    }

    private List<Placed> pack(byte[] content) {
        List<Placed> placed = new ArrayList<>();
        List<OpenPack> open = new ArrayList<>();
        for (int i = 0; i < packsAtOnce; i++) {
            open.add(new OpenPack());
        }
        for (int at = 0; at < content.length; ) {
            int size = Math.min(content.length - at, 1 + random.nextInt(chunkBytesMax));
            byte[] chunk = Arrays.copyOfRange(content, at, at + size);
            byte[] zstd = Zstd.compress(chunk);
            boolean smaller = zstd.length < size;
            byte[] packed = smaller ? zstd : chunk;
            OpenPack pack = open.get(packsAtOnce == 1 ? 0 : random.nextInt(packsAtOnce));
            pack.chunks.add(ChunkPlace.newBuilder()
                    .setSha256(Sha256.of(chunk, 0, size))
                    .setSizeBytes(size)
                    .setOffset(pack.bytes.size())
                    .setPackedBytes(packed.length)
                    .setZstd(smaller)
                    .build());
            pack.indexes.add(placed.size());
            pack.bytes.writeBytes(packed);
            placed.add(null);
            at += size;
            if (pack.chunks.size() == packChunks) {
                close(pack, placed);
                open.set(open.indexOf(pack), new OpenPack());
            }
        }
        open.forEach(pack -> close(pack, placed));
        return placed;
    }

    private void close(OpenPack pack, List<Placed> placed) {
        if (pack.chunks.isEmpty()) {
            return;
        }
        byte[] bytes = pack.bytes.toByteArray();
        ByteString id = Sha256.of(bytes);
        objects.put(ContentKeys.pack(id), bytes);
        packs.put(id, List.copyOf(pack.chunks));
        for (int i = 0; i < pack.chunks.size(); i++) {
            placed.set(pack.indexes.get(i), new Placed(pack.chunks.get(i), id));
        }
    }

    private ManifestRef leaf(List<Placed> chunks) {
        Manifest.Builder leaf = Manifest.newBuilder();
        List<ByteString> packs = chunks.stream().map(Placed::pack).distinct().toList();
        chunks.forEach(one -> leaf.addChunks(one.chunk.toBuilder().setPack(packs.indexOf(one.pack))));
        return put(leaf.addAllPacks(packs).build());
    }

    private ManifestRef put(Manifest manifest) {
        byte[] bytes = manifest.toByteArray();
        ByteString id = Sha256.of(bytes);
        objects.put(ContentKeys.manifest(id), bytes);
        long below = manifest.getLevel() == 0
                ? manifest.getChunksList().stream()
                        .mapToLong(ChunkPlace::getSizeBytes)
                        .sum()
                : manifest.getNodesList().stream()
                        .mapToLong(ManifestRef::getSizeBytes)
                        .sum();
        return ManifestRef.newBuilder().setSha256(id).setSizeBytes(below).build();
    }
}
