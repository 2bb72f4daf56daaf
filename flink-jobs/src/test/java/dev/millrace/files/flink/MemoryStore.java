package dev.millrace.files.flink;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.MovedPack;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A bucket in memory that every task of this JVM gets to, and that fails as often as it is told to. */
final class MemoryStore implements ContentStore {
    private static final Map<String, MemoryStore> ALL = new ConcurrentHashMap<>();

    private final String name = UUID.randomUUID().toString();
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final AtomicInteger failingReads = new AtomicInteger();
    private final AtomicInteger writesUntilFailure = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger failedWrites = new AtomicInteger();
    private final AtomicInteger failingDeletions = new AtomicInteger();

    MemoryStore() {
        ALL.put(name, this);
    }

    Access access() {
        String mine = name;
        return () -> ALL.getOrDefault(mine, new MemoryStore());
    }

    void sent(FileId upload, byte[] content) {
        objects.put(ContentKeys.upload(upload), content);
    }

    /** The next so many reads break off in the middle. */
    void failReads(int times) {
        failingReads.set(times);
    }

    /** The nth write from now on fails, once. */
    void failWrite(int nth) {
        writesUntilFailure.set(nth);
    }

    /** The next so many deletions fail. */
    void failDeletions(int times) {
        failingDeletions.set(times);
    }

    int failedWrites() {
        return failedWrites.get();
    }

    boolean has(String key) {
        return objects.containsKey(key);
    }

    List<byte[]> below(String prefix) {
        return objects.entrySet().stream()
                .filter(object -> object.getKey().startsWith(prefix))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public OptionalLong bytes(String key) {
        byte[] content = objects.get(key);
        return content == null ? OptionalLong.empty() : OptionalLong.of(content.length);
    }

    @Override
    public Optional<byte[]> find(String key) {
        return Optional.ofNullable(objects.get(key));
    }

    @Override
    public byte[] read(String key, long from, int bytes) throws IOException {
        byte[] object = objects.get(key);
        if (object == null) {
            throw new FileNotFoundException(key);
        }
        int begin = (int) Math.min(from, object.length);
        return Arrays.copyOfRange(object, begin, Math.min(begin + bytes, object.length));
    }

    @Override
    public InputStream readUpload(FileId upload, long from, long bytes) throws IOException {
        byte[] content = objects.get(ContentKeys.upload(upload));
        if (content == null) {
            throw new FileNotFoundException(upload.toString());
        }
        boolean fails = failingReads.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        int length = (int) (fails ? bytes / 2 : bytes);
        return new ByteArrayInputStream(content, (int) from, length);
    }

    @Override
    public void write(String key, byte[] bytes) throws IOException {
        if (writesUntilFailure.decrementAndGet() == 0) {
            failedWrites.incrementAndGet();
            throw new IOException("the bucket is away");
        }
        objects.put(key, bytes.clone());
    }

    @Override
    public void delete(String key) throws IOException {
        if (failingDeletions.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("the bucket is away");
        }
        objects.remove(key);
    }

    /** What a manifest says a content is, from manifests and packs alone. */
    byte[] content(ManifestRef root) throws InvalidProtocolBufferException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        append(root, content);
        return content.toByteArray();
    }

    private void append(ManifestRef ref, ByteArrayOutputStream content) throws InvalidProtocolBufferException {
        Manifest node = Manifest.parseFrom(object(ContentKeys.manifest(ref.getSha256())));
        for (ManifestRef child : node.getNodesList()) {
            append(child, content);
        }
        for (ChunkPlace chunk : node.getChunksList()) {
            content.writeBytes(chunk(node.getPacks(chunk.getPack()), chunk));
        }
    }

    /** As whoever reads a manifest finds it: in the pack, or where that was moved. */
    byte[] chunk(ByteString pack, ChunkPlace place) throws InvalidProtocolBufferException {
        byte[] there = objects.get(ContentKeys.pack(pack));
        ChunkPlace at = place;
        if (there == null) {
            MovedPack moved = MovedPack.parseFrom(object(ContentKeys.moved(pack)));
            there = object(ContentKeys.pack(moved.getPack()));
            at = moved.getChunksList().stream()
                    .filter(chunk -> chunk.getSha256().equals(place.getSha256()))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] stored = Arrays.copyOfRange(there, at.getOffset(), at.getOffset() + at.getPackedBytes());
        return at.getZstd() ? Zstd.decompress(stored, at.getSizeBytes()) : stored;
    }

    private byte[] object(String key) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new AssertionError("there is no " + key);
        }
        return bytes;
    }

    @Override
    public void close() {
        // The next task goes on with it.
    }
}
