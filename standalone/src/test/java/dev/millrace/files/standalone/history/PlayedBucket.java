package dev.millrace.files.standalone.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChunkDeleted;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.MovedPack;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.PackDeleted;
import dev.millrace.files.topics.v1.PackIndex;
import dev.millrace.files.topics.v1.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A bucket and what logs say of it, step by step, right or wrong as it is told. Packs and chunks are named in hex. */
final class PlayedBucket implements Bucket {
    private static final Collecting HOW = new Collecting(Duration.ofSeconds(10), Duration.ofSeconds(20));
    private static final String PACKS = "packs/";

    final Map<String, byte[]> objects = new TreeMap<>();
    final List<NamespaceFact> facts = new ArrayList<>();
    final List<ChunkFact> chunkFacts = new ArrayList<>();
    /** When the job went on after its last failure. */
    long jobRunsSinceMillis;

    private final Map<String, Long> written = new TreeMap<>();
    private final Map<String, List<ChunkPlace>> places = new TreeMap<>();
    private long clock = 1_790_000_000_000L;
    private long epoch;

    static String chunk(String text) {
        return Hash.hex(text.getBytes(UTF_8));
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    void passSeconds(int seconds) {
        clock += 1_000L * seconds;
    }

    private void write(String key, byte[] bytes) {
        clock += 10;
        objects.put(key, bytes);
        written.put(key, clock);
    }

    /** Returns the pack's name. The first chunk is stored as it is, others are compressed. */
    String pack(String... chunks) {
        PackIndex.Builder index = PackIndex.newBuilder().setDrawn(ByteString.copyFromUtf8("drawn at " + clock));
        ByteBuffer pack = ByteBuffer.allocate(1 << 16);
        for (String chunk : chunks) {
            byte[] plain = chunk.getBytes(UTF_8);
            boolean zstd = pack.position() > 0;
            byte[] stored = zstd ? Zstd.compress(plain) : plain;
            index.addChunks(ChunkPlace.newBuilder()
                    .setSha256(bytes(chunk(chunk)))
                    .setSizeBytes(plain.length)
                    .setOffset(pack.position())
                    .setPackedBytes(stored.length)
                    .setZstd(zstd));
            pack.put(stored);
        }
        byte[] last = index.build().toByteArray();
        pack.put(last).putInt(last.length);
        byte[] whole = new byte[pack.position()];
        pack.flip().get(whole);
        write(PACKS + Hash.hex(whole), whole);
        places.put(Hash.hex(whole), index.getChunksList());
        return Hash.hex(whole);
    }

    /** Version 1 of a file, of all chunks of a pack. */
    void version(String file, String pack, String... chunks) {
        Manifest.Builder leaf = Manifest.newBuilder().addPacks(bytes(pack));
        for (String chunk : chunks) {
            places.getOrDefault(pack, List.of()).stream()
                    .filter(place -> Hash.hex(place.getSha256()).equals(chunk(chunk)))
                    .forEach(leaf::addChunks);
        }
        ManifestRef ref = manifest(leaf.build());
        ManifestRef root =
                manifest(Manifest.newBuilder().setLevel(1).addNodes(ref).build());
        add(fact(ChangeKind.CHANGE_VERSION_RESTORED, file).setVersion(version(root)));
    }

    private ManifestRef manifest(Manifest node) {
        byte[] bytes = node.toByteArray();
        write("manifests/" + Hash.hex(bytes), bytes);
        return ManifestRef.newBuilder().setSha256(bytes(Hash.hex(bytes))).build();
    }

    private static Version version(ManifestRef manifest) {
        return Version.newBuilder().setNumber(1).setManifest(manifest).build();
    }

    /** The file is gone for good. */
    void purge(String file) {
        Node node = Node.newBuilder().setNodeId(ByteString.copyFromUtf8(file)).build();
        add(fact(ChangeKind.CHANGE_NODE_PURGED, file)
                .clearNodes()
                .setPurgedNode(node)
                .addPurgedVersions(version(ManifestRef.getDefaultInstance())));
    }

    private NamespaceFact.Builder fact(ChangeKind kind, String file) {
        return NamespaceFact.newBuilder()
                .setNamespaceId("space")
                .setKind(kind)
                .addNodes(Node.newBuilder().setNodeId(ByteString.copyFromUtf8(file)));
    }

    private void add(NamespaceFact.Builder fact) {
        clock += 10;
        facts.add(fact.setAtMillis(clock).build());
    }

    /** More than it takes until everything that is dead now is gone. */
    void closeEpochs() {
        for (int i = 0; i < 10; i++) {
            clock += HOW.epochLasts().toMillis();
            add(NamespaceFact.newBuilder().setEpochMarked(MarkEpoch.newBuilder().setEpoch(++epoch)));
        }
    }

    void deleteChunk(String pack, String chunk) {
        chunkFacts.add(ChunkFact.newBuilder()
                .setPack(bytes(pack))
                .setChunkDeleted(ChunkDeleted.newBuilder().setSha256(bytes(chunk(chunk))))
                .build());
    }

    /** It is said, and done. */
    void deletePack(String pack, String object) {
        chunkFacts.add(ChunkFact.newBuilder()
                .setPack(bytes(pack))
                .setPackDeleted(PackDeleted.newBuilder().setObject(bytes(object)))
                .build());
        objects.remove(PACKS + object);
    }

    /** What is left of a pack is written anew. Returns the name of the object that has it. */
    String move(String pack, String... left) {
        String object = pack(left);
        MovedPack to = MovedPack.newBuilder()
                .setPack(bytes(object))
                .addAllChunks(places.getOrDefault(object, List.of()))
                .build();
        write("moved/" + pack, to.toByteArray());
        return object;
    }

    /** A byte of it isn't what it was. */
    void damage(String pack, int at) {
        byte[] bytes = objects.getOrDefault(PACKS + pack, new byte[0]).clone();
        bytes[at]++;
        objects.put(PACKS + pack, bytes);
    }

    @Override
    public Map<String, Stored> list(String prefix) {
        Map<String, Stored> there = new TreeMap<>();
        objects.forEach((key, bytes) -> {
            if (key.startsWith(prefix)) {
                there.put(key.substring(prefix.length()), new Stored(bytes.length, written.getOrDefault(key, 0L)));
            }
        });
        return there;
    }

    @Override
    public Optional<byte[]> read(String key) {
        return Optional.ofNullable(objects.get(key));
    }

    Collected check() {
        return check(HOW);
    }

    Collected check(Collecting how) {
        return CollectionCheck.of(facts, chunkFacts).check(this, how, jobRunsSinceMillis);
    }
}
