package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.flink.ContentStore;
import dev.millrace.files.packs.StoredPack;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.content.ManifestLeaves;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.MovedPack;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** What is stored. No failure takes anything of it back. */
final class Bucket implements ContentStore {
    final Map<String, byte[]> objects = new HashMap<>();
    /** By upload and number. */
    private final Map<FileId, TreeMap<Integer, byte[]>> parts = new HashMap<>();

    private final Set<ByteString> packs = new LinkedHashSet<>();
    private final ManifestLeaves manifests = new ManifestLeaves(this);

    /** A chunk as versions name it. */
    record Copy(ByteString chunk, ByteString pack) {}

    /** Where something lies. */
    record Located(String key, ChunkPlace place) {}

    void sendPart(FileId upload, int number, byte[] bytes) {
        parts.computeIfAbsent(upload, first -> new TreeMap<>()).put(number, bytes);
    }

    Map<Integer, byte[]> parts(FileId upload) {
        return parts.getOrDefault(upload, new TreeMap<>());
    }

    void join(FileId upload) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        parts(upload).values().forEach(whole::writeBytes);
        objects.put(ContentKeys.upload(upload), whole.toByteArray());
        parts.remove(upload);
    }

    void removeUpload(FileId upload) {
        parts.remove(upload);
        objects.keySet().removeIf(key -> key.startsWith(ContentKeys.upload(upload)));
    }

    List<Copy> copies(ManifestRef ref) {
        Manifest leaf = leaf(ref);
        List<Copy> copies = new ArrayList<>();
        leaf.getChunksList().forEach(chunk -> copies.add(new Copy(chunk.getSha256(), leaf.getPacks(chunk.getPack()))));
        return copies;
    }

    /** All contents are so small that they have one leaf. */
    Manifest leaf(ManifestRef ref) {
        try {
            return manifests.leaf(ref, 0).orElseThrow();
        } catch (IOException e) {
            throw new Broken("a manifest is lost: " + e);
        }
    }

    /** As whoever reads a version gets it: each chunk is unpacked and held against its hash. */
    byte[] content(ManifestRef ref) {
        Manifest leaf = leaf(ref);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (ChunkPlace chunk : leaf.getChunksList()) {
            try {
                content.writeBytes(chunk(leaf.getPacks(chunk.getPack()), chunk));
            } catch (IOException e) {
                throw new Broken("a chunk is lost: " + e);
            }
        }
        return content.toByteArray();
    }

    private byte[] chunk(ByteString pack, ChunkPlace place) throws IOException {
        Located at = locate(pack, place);
        return StoredPack.of(read(at.key())).chunk(at.place());
    }

    /** Where a chunk lies now: in the pack, or where that was moved. */
    Located locate(ByteString pack, ChunkPlace place) throws IOException {
        String key = ContentKeys.pack(pack);
        if (objects.containsKey(key)) {
            return new Located(key, place);
        }
        MovedPack moved = moved(pack).orElseThrow(() -> new FileNotFoundException(key));
        return moved.getChunksList().stream()
                .filter(one -> one.getSha256().equals(place.getSha256()))
                .findFirst()
                .map(now -> new Located(ContentKeys.pack(moved.getPack()), now))
                .orElseThrow(() -> new FileNotFoundException(key + " was moved without it"));
    }

    /** A pack of chunks that came, not one that is written anew. */
    void writePack(ByteString pack, byte[] bytes) {
        packs.add(pack);
        objects.put(ContentKeys.pack(pack), bytes);
    }

    /** All copies that are in packs, whoever knows of them. */
    List<Copy> allCopies() throws IOException {
        List<Copy> all = new ArrayList<>();
        for (ByteString pack : packs) {
            byte[] object = objects.get(ContentKeys.pack(pack));
            List<ChunkPlace> places = object != null
                    ? StoredPack.of(object).places()
                    : moved(pack).map(MovedPack::getChunksList).orElse(List.of());
            places.forEach(place -> all.add(new Copy(place.getSha256(), pack)));
        }
        return all;
    }

    /** Packs of which anything is left. */
    Set<ByteString> packs() {
        Set<ByteString> there = new LinkedHashSet<>(packs);
        there.removeIf(
                pack -> !objects.containsKey(ContentKeys.pack(pack)) && !objects.containsKey(ContentKeys.moved(pack)));
        return there;
    }

    Optional<MovedPack> moved(ByteString pack) throws InvalidProtocolBufferException {
        byte[] moved = objects.get(ContentKeys.moved(pack));
        return moved == null ? Optional.empty() : Optional.of(MovedPack.parseFrom(moved));
    }

    @Override
    public Optional<byte[]> find(String key) {
        return Optional.ofNullable(objects.get(key));
    }

    @Override
    public OptionalLong bytes(String key) {
        byte[] object = objects.get(key);
        return object == null ? OptionalLong.empty() : OptionalLong.of(object.length);
    }

    @Override
    public InputStream readUpload(FileId upload, long from, long bytes) throws IOException {
        return new ByteArrayInputStream(read(ContentKeys.upload(upload)), (int) from, (int) bytes);
    }

    @Override
    public byte[] read(String key, long from, int bytes) throws IOException {
        byte[] object = read(key);
        int begin = (int) Math.min(from, object.length);
        return Arrays.copyOfRange(object, begin, Math.min(begin + bytes, object.length));
    }

    @Override
    public void write(String key, byte[] bytes) {
        objects.put(key, bytes);
    }

    @Override
    public void delete(String key) {
        objects.remove(key);
    }

    @Override
    public void close() {
        // It outlives whoever uses it.
    }
}
