package dev.millrace.files.topics.content;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.DeclaredLeaf;
import dev.millrace.files.topics.v1.ManifestRef;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An upload's content that is declared leaf by leaf instead of sent as a whole: docs/decisions/0030. For one thread at
 * a time. Everything fails with a FileNotFoundException if something isn't there that should be.
 */
public final class DeclaredContent {
    /** Most leaves of a content: some 64 GiB. */
    public static final int LEAVES_MAX = 1_024;

    public static final int LEAF_CHUNKS_MAX = 1_024;
    /** As it is held in memory by who sends it. */
    public static final int BUNDLE_BYTES_MAX = 16 * 1024 * 1024;

    private final StoredObjects objects;
    private final FileId upload;
    private final ManifestRef base;
    private final ManifestLeaves baseLeaves;
    private @Nullable Leaf last;

    /** A leaf, and where in the content it begins. */
    public record Leaf(int number, long begin, DeclaredLeaf declared) {
        long end() {
            return begin + bytesOf(declared);
        }
    }

    private DeclaredContent(StoredObjects objects, FileId upload, ManifestRef base) {
        this.objects = objects;
        this.upload = upload;
        this.base = base;
        this.baseLeaves = new ManifestLeaves(objects);
    }

    /** Empty if nothing is declared of this upload. */
    public static Optional<DeclaredContent> find(StoredObjects objects, FileId upload) throws IOException {
        Optional<byte[]> base = objects.find(ContentKeys.uploadBase(upload));
        return base.isEmpty()
                ? Optional.empty()
                : Optional.of(new DeclaredContent(objects, upload, ManifestRef.parseFrom(base.get())));
    }

    /**
     * How many bytes can be put together: leaf after leaf, until one isn't there with all its bundles.
     *
     * @param enough no leaf is looked at that begins behind so many
     */
    public long bytes(long enough) throws IOException {
        long bytes = 0;
        for (int number = 0; number < LEAVES_MAX && bytes < enough; number++) {
            Optional<DeclaredLeaf> leaf = leaf(number);
            if (leaf.isEmpty() || !bundlesAreThere(number, leaf.get())) {
                break;
            }
            bytes += bytesOf(leaf.get());
        }
        return bytes;
    }

    /** The leaf that has this byte. Quickest going on from the one before. */
    public Leaf leafAt(long at) throws IOException {
        Leaf leaf = last;
        if (leaf == null || at < leaf.begin) {
            leaf = required(0, 0);
        }
        while (at >= leaf.end()) {
            leaf = required(leaf.number + 1, leaf.end());
        }
        last = leaf;
        return leaf;
    }

    /** The pack that has a chunk of a leaf; empty if it is sent in a bundle. */
    public Optional<ByteString> pack(Leaf leaf, ChunkPlace chunk) {
        DeclaredLeaf declared = leaf.declared;
        return chunk.getPack() < declared.getPacksCount()
                ? Optional.of(declared.getPacks(chunk.getPack()))
                : Optional.empty();
    }

    /** The bundle that has a chunk of a leaf that no pack has. */
    public String bundleKey(Leaf leaf, ChunkPlace chunk) {
        return ContentKeys.uploadBundle(upload, leaf.number, chunk.getPack() - leaf.declared.getPacksCount());
    }

    private Leaf required(int number, long begin) throws IOException {
        if (number >= LEAVES_MAX) {
            throw new FileNotFoundException("upload " + upload + ": leaf " + number);
        }
        DeclaredLeaf declared =
                leaf(number).orElseThrow(() -> new FileNotFoundException(ContentKeys.uploadLeaf(upload, number)));
        return new Leaf(number, begin, declared);
    }

    /** As it was declared, else as the version before has it. */
    private Optional<DeclaredLeaf> leaf(int number) throws IOException {
        Optional<byte[]> declared = objects.find(ContentKeys.uploadLeaf(upload, number));
        return declared.isPresent()
                ? Optional.of(DeclaredLeaf.parseFrom(declared.get()))
                : baseLeaves
                        .leaf(base, number)
                        .map(leaf -> DeclaredLeaf.newBuilder()
                                .addAllChunks(leaf.getChunksList())
                                .addAllPacks(leaf.getPacksList())
                                .build());
    }

    private boolean bundlesAreThere(int number, DeclaredLeaf leaf) throws IOException {
        for (int bundle = 0; bundle < leaf.getBundleBytesCount(); bundle++) {
            OptionalLong bytes = objects.bytes(ContentKeys.uploadBundle(upload, number, bundle));
            if (bytes.isEmpty() || bytes.getAsLong() != leaf.getBundleBytes(bundle)) {
                return false;
            }
        }
        return true;
    }

    private static long bytesOf(DeclaredLeaf leaf) {
        return leaf.getChunksList().stream().mapToLong(ChunkPlace::getSizeBytes).sum();
    }
}
