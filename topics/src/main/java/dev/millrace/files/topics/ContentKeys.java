package dev.millrace.files.topics;

import com.google.protobuf.ByteString;
import dev.millrace.topics.Sha256;

/**
 * Keys of the bucket that holds files' bytes. Clients write below {@code uploads/} only, what a signed URL names;
 * versions refer only to manifests and packs, which no client can write.
 */
public final class ContentKeys {
    /** What clients send, as it came, until it is cut up or given up. */
    public static final String UPLOADS = "uploads/";
    /** Chunks, many to an object. */
    public static final String PACKS = "packs/";
    /** Which chunks a version is made of. */
    public static final String MANIFESTS = "manifests/";
    /** Where the chunks of packs lie that were written anew. */
    public static final String MOVED = "moved/";

    /** The newest epoch of the garbage collection that was marked, as a decimal number. */
    public static final String EPOCH_MARKED = "gc/epoch";

    private ContentKeys() {}

    /** Where an upload's bytes go, be it in one piece or in parts. */
    public static String upload(FileId upload) {
        return UPLOADS + upload;
    }

    /** The manifest of the version that an upload follows, if it is declared leaf by leaf. No client can write it. */
    public static String uploadBase(FileId upload) {
        return upload(upload) + ".base";
    }

    /** What was declared of a leaf. No client can write it. */
    public static String uploadLeaf(FileId upload, int leaf) {
        return upload(upload) + "." + leaf;
    }

    /** Where chunks go that the version before doesn't have. */
    public static String uploadBundle(FileId upload, int leaf, int bundle) {
        return uploadLeaf(upload, leaf) + "." + bundle;
    }

    /** @param sha256 of the pack's bytes */
    public static String pack(ByteString sha256) {
        return PACKS + Sha256.hex(sha256);
    }

    /** @param sha256 of the manifest's bytes */
    public static String manifest(ByteString sha256) {
        return MANIFESTS + Sha256.hex(sha256);
    }

    /** @param sha256 of the pack's bytes, as manifests have it */
    public static String moved(ByteString sha256) {
        return MOVED + Sha256.hex(sha256);
    }
}
