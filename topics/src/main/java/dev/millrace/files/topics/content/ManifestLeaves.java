package dev.millrace.files.topics.content;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.topics.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;

/** Finds leaves of a content's manifest: all of them, or one by its number, as all nodes but the last of a level are full. */
public final class ManifestLeaves {
    /** A node has at most 1,024 below it. */
    private static final int CHILDREN_BITS = 10;

    private final StoredObjects objects;

    public ManifestLeaves(StoredObjects objects) {
        this.objects = objects;
    }

    /** What is to happen with each leaf. */
    public interface Taker<E extends Exception> {
        void take(Manifest leaf) throws E;
    }

    /**
     * All leaves of a content, in its order. What one names that can't be read is found out when it is its turn.
     *
     * @throws FileNotFoundException if a node isn't there, or isn't what it is called
     */
    public <E extends Exception> void each(ManifestRef root, Taker<E> taker) throws IOException, E {
        Manifest node = node(root);
        if (node.getNodesCount() == 0) {
            taker.take(node);
        }
        for (ManifestRef below : node.getNodesList()) {
            each(below, taker);
        }
    }

    /**
     * Empty if the content has no such leaf.
     *
     * @param number from 0
     * @throws FileNotFoundException if a node above it isn't there, or isn't what it is called
     */
    public Optional<Manifest> leaf(ManifestRef root, int number) throws IOException {
        Manifest node = node(root);
        int left = number;
        while (node.getLevel() > 0) {
            int bitsBelow = CHILDREN_BITS * (node.getLevel() - 1);
            int child = left >> bitsBelow;
            if (child >= node.getNodesCount()) {
                return Optional.empty();
            }
            left -= child << bitsBelow;
            node = node(node.getNodes(child));
        }
        return left == 0 ? Optional.of(node) : Optional.empty();
    }

    /**
     * A node by how it is named.
     *
     * @throws FileNotFoundException if it isn't there, or isn't what it is called
     */
    public Manifest node(ManifestRef ref) throws IOException {
        String key = ContentKeys.manifest(ref.getSha256());
        byte[] bytes = objects.find(key).orElseThrow(() -> new FileNotFoundException(key));
        if (!Sha256.of(bytes).equals(ref.getSha256())) {
            throw new FileNotFoundException(key + ": another hash");
        }
        return Manifest.parseFrom(bytes);
    }
}
